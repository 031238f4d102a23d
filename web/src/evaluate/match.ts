import { noCounts } from './counts.ts';
import type { Counts } from './counts.ts';

/** A labelled range: characters of a text or words of a sentence, `end` exclusive. */
export interface Entity {
  start: number;
  end: number;
  type: string;
}

/** Counts exact matches of one text (same range, same type) into `byType`. Repetitions of an entity count once, as in seqeval. */
export function countMatches(gold: readonly Entity[], predicted: readonly Entity[], byType: Map<string, Counts>): void {
  const key = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
  const golden = new Map(gold.map((entity) => [key(entity), entity.type]));
  const found = new Map(predicted.map((entity) => [key(entity), entity.type]));
  const countsOf = (type: string): Counts => {
    let counts = byType.get(type);
    if (!counts) byType.set(type, (counts = noCounts()));
    return counts;
  };
  for (const [entity, type] of golden) countsOf(type)[found.has(entity) ? 'correct' : 'missed']++;
  for (const [entity, type] of found) if (!golden.has(entity)) countsOf(type).spurious++;
}

/** Throws unless both sides hold the same number of texts. */
export function checkLengths(gold: readonly unknown[], predicted: readonly unknown[]): void {
  if (gold.length !== predicted.length) {
    throw new Error(`There are ${gold.length} gold texts and ${predicted.length} predicted ones: both must hold the same texts in the same order.`);
  }
}
