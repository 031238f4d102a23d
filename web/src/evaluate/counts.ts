import { compareCodePoints } from '../text/order.ts';
import type { Score, Scores, TypeScore } from './score.ts';

/** What scores are made of. Gold entities are `correct + missed`, predicted ones `correct + spurious`. */
export interface Counts {
  correct: number;
  missed: number;
  spurious: number;
}

export function noCounts(): Counts {
  return { correct: 0, missed: 0, spurious: 0 };
}

/** Precision, recall and F1; what cannot be divided is 0, as in seqeval. */
export function scoreOfCounts({ correct, missed, spurious }: Counts): Score {
  const precision = correct ? correct / (correct + spurious) : 0;
  const recall = correct ? correct / (correct + missed) : 0;
  return { precision, recall, f1: correct ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** Scores from the counts of each type: averages over types plain (macro) and by gold entities (weighted), or over all entities (micro). */
export function scoresOfCounts(byType: ReadonlyMap<string, Counts>): Scores {
  const types: Record<string, TypeScore> = {};
  const all = noCounts();
  for (const [type, counts] of [...byType].sort(([a], [b]) => compareCodePoints(a, b))) {
    types[type] = { ...scoreOfCounts(counts), support: counts.correct + counts.missed };
    all.correct += counts.correct;
    all.missed += counts.missed;
    all.spurious += counts.spurious;
  }
  const scores = Object.values(types);
  return { micro: scoreOfCounts(all), macro: average(scores, () => 1), weighted: average(scores, ({ support }) => support), types };
}

function average(scores: readonly TypeScore[], weight: (score: TypeScore) => number): Score {
  const mean: Score = { precision: 0, recall: 0, f1: 0 };
  const total = scores.reduce((sum, score) => sum + weight(score), 0);
  if (!total) return mean;
  for (const score of scores) {
    const share = weight(score) / total;
    mean.precision += score.precision * share;
    mean.recall += score.recall * share;
    mean.f1 += score.f1 * share;
  }
  return mean;
}
