import type { Counts } from './counts.ts';
import { scoresOfCounts } from './counts.ts';
import { checkLengths, countMatches } from './match.ts';
import type { Entity } from './match.ts';
import type { Scores } from './score.ts';

/** Scores of spans, one list a text: a prediction is right where both offsets and the type are. */
export function scoreSpans(gold: readonly (readonly Entity[])[], predicted: readonly (readonly Entity[])[]): Scores {
  checkLengths(gold, predicted);
  const byType = new Map<string, Counts>();
  gold.forEach((spans, i) => countMatches(spans, predicted[i]!, byType));
  return scoresOfCounts(byType);
}

/** Correct, missed and spurious of each text, all types together: what `bootstrapInterval` resamples. */
export function countDocuments(gold: readonly (readonly Entity[])[], predicted: readonly (readonly Entity[])[]): Counts[] {
  checkLengths(gold, predicted);
  return gold.map((spans, i) => {
    const byType = new Map<string, Counts>();
    countMatches(spans, predicted[i]!, byType);
    const sum = { correct: 0, missed: 0, spurious: 0 };
    for (const counts of byType.values()) {
      sum.correct += counts.correct;
      sum.missed += counts.missed;
      sum.spurious += counts.spurious;
    }
    return sum;
  });
}
