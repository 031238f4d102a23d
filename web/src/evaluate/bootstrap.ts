import { fork } from '../dataset/random.ts';
import type { Counts } from './counts.ts';
import type { Interval } from './score.ts';

/**
 * Percentile interval of micro-F1: texts are drawn with replacement, as many as there are, `resamples` times; the interval holds
 * the middle `level` of the scores (Efron 1979). The same seed gives the same interval. Null without texts.
 */
export function bootstrapInterval(documents: readonly Counts[], seed: number, { resamples = 1000, level = 0.95 } = {}): Interval | null {
  const count = documents.length;
  if (!count) return null;
  // F1 = 2·correct / (gold + predicted): two sums a text are enough.
  const twice = Float64Array.from(documents, ({ correct }) => 2 * correct);
  const both = Float64Array.from(documents, ({ correct, missed, spurious }) => 2 * correct + missed + spurious);
  const random = fork(seed, 'bootstrap');
  const scores = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let [numerator, denominator] = [0, 0];
    for (let i = 0; i < count; i++) {
      const drawn = random.integer(count);
      numerator += twice[drawn]!;
      denominator += both[drawn]!;
    }
    scores[r] = denominator ? numerator / denominator : 0;
  }
  scores.sort();
  return { low: percentile(scores, (1 - level) / 2), high: percentile(scores, (1 + level) / 2) };
}

/** Linear between the two neighbours, as NumPy's default. */
export function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
}
