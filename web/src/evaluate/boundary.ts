import type { Entity } from './match.ts';

/** What is wrong with a prediction, or that gold was missed. */
export type ErrorKind = 'correct' | 'wrong-type' | 'wrong-boundary' | 'wrong-type-and-boundary' | 'missed' | 'spurious';

/** A gold entity and the prediction that answers it; one of them is null where the other has no partner. */
export type Comparison<T extends Entity = Entity> =
  | { kind: 'missed'; gold: T; predicted: null }
  | { kind: 'spurious'; gold: null; predicted: T }
  | { kind: Exclude<ErrorKind, 'missed' | 'spurious'>; gold: T; predicted: T };

/**
 * Pairs each gold entity of a text with at most one prediction, best pairs first: same range and type, same range, overlap with the
 * same type, overlap; among equals the larger overlap, then the earlier. In order of place.
 */
export function compareEntities<T extends Entity>(gold: readonly T[], predicted: readonly T[]): Comparison<T>[] {
  const pairs: { comparison: Comparison<T>; rank: number; shared: number; at: [number, number] }[] = [];
  gold.forEach((entity, i) =>
    predicted.forEach((guess, j) => {
      const shared = Math.min(entity.end, guess.end) - Math.max(entity.start, guess.start);
      if (shared <= 0) return;
      const rank = (entity.start === guess.start && entity.end === guess.end ? 0 : 2) + (entity.type === guess.type ? 0 : 1);
      pairs.push({ comparison: { kind: KINDS[rank]!, gold: entity, predicted: guess }, rank, shared, at: [i, j] });
    }),
  );
  pairs.sort((a, b) => a.rank - b.rank || b.shared - a.shared || a.comparison.gold!.start - b.comparison.gold!.start);
  const [takenGold, takenPredicted] = [new Set<number>(), new Set<number>()];
  const comparisons: Comparison<T>[] = [];
  for (const { comparison, at } of pairs) {
    if (takenGold.has(at[0]) || takenPredicted.has(at[1])) continue;
    takenGold.add(at[0]);
    takenPredicted.add(at[1]);
    comparisons.push(comparison);
  }
  gold.forEach((entity, i) => takenGold.has(i) || comparisons.push({ kind: 'missed', gold: entity, predicted: null }));
  predicted.forEach((guess, j) => takenPredicted.has(j) || comparisons.push({ kind: 'spurious', gold: null, predicted: guess }));
  const place = ({ gold: entity, predicted: guess }: Comparison<T>): number => (entity ?? guess)!.start;
  return comparisons.sort((a, b) => place(a) - place(b));
}

/** By rank. */
const KINDS = ['correct', 'wrong-type', 'wrong-boundary', 'wrong-type-and-boundary'] as const;

/** How often each kind occurs. */
export function countErrors(comparisons: Iterable<Comparison>): Record<ErrorKind, number> {
  const counts = { correct: 0, 'wrong-type': 0, 'wrong-boundary': 0, 'wrong-type-and-boundary': 0, missed: 0, spurious: 0 };
  for (const { kind } of comparisons) counts[kind]++;
  return counts;
}
