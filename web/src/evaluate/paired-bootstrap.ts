import { variance } from 'simple-statistics';
import { fork } from '../dataset/random.ts';
import { percentile } from './bootstrap.ts';
import type { Interval } from './score.ts';

/** What a tagger got right and wrong in each test text. */
export interface RunCounts {
  types: readonly string[];
  /** By text: correct, missed and spurious of the first type, of the second, and so on. */
  texts: readonly (readonly number[])[];
}

/** Micro-F1, the mean of F1 over types, and the population variance of F1 over types; of types without gold entities there is none. */
export type Statistic = 'micro' | 'macro' | 'variance';

/** A number that was measured, with its 95 % interval. */
export interface Measured extends Interval {
  value: number;
}

/** A mean over trainings: as measured, and as it would be with other trainings and test texts. */
interface Drawn {
  value: number;
  draws: Float64Array;
}

/** What was drawn for one condition of an experiment. Conditions that were drawn together can be compared. */
export type DrawnCondition = Record<Statistic, Drawn>;

/**
 * Draws trainings and test texts anew, with replacement and `resamples` times, the same ones for all conditions: each condition has trainings of the same
 * seeds in the same order, scored on the same texts. What is hard for all of them then is no difference between them (a paired bootstrap over texts, as Koehn
 * 2004 has it for translations, and over trainings too).
 * @throws where conditions have different numbers of trainings or texts, or none
 */
export function drawConditions(conditions: readonly (readonly RunCounts[])[], seed: number, resamples = 1000): DrawnCondition[] {
  const runs = conditions[0]?.length ?? 0;
  const texts = conditions[0]?.[0]?.texts.length ?? 0;
  if (runs === 0 || texts === 0) throw new Error('There is no training or no test text to tell a score from.');
  if (conditions.some((condition) => condition.length !== runs || condition.some((run) => run.texts.length !== texts))) throw new Error('All conditions must have trainings of the same seeds, scored on the same texts.');
  const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const drawn = conditions.map((condition): DrawnCondition => {
    const values = means(condition, all(runs), all(texts));
    const empty = (name: Statistic): Drawn => ({ value: values[name], draws: new Float64Array(resamples) });
    return { micro: empty('micro'), macro: empty('macro'), variance: empty('variance') };
  });
  const random = fork(seed, 'paired bootstrap');
  const some = (count: number): number[] => Array.from({ length: count }, () => random.integer(count));
  for (let resample = 0; resample < resamples; resample++) {
    const [chosenRuns, chosenTexts] = [some(runs), some(texts)];
    conditions.forEach((condition, i) => {
      const values = means(condition, chosenRuns, chosenTexts);
      for (const name of ['micro', 'macro', 'variance'] as const) drawn[i]![name].draws[resample] = values[name];
    });
  }
  return drawn;
}

/** A condition's value with its interval. */
export function measured(condition: DrawnCondition, name: Statistic): Measured {
  return { value: condition[name].value, ...intervalOf(condition[name].draws) };
}

/** By how much the first is above the second, with its interval. */
export function difference(first: DrawnCondition, second: DrawnCondition, name: Statistic): Measured {
  const [a, b] = [first[name], second[name]];
  return { value: a.value - b.value, ...intervalOf(a.draws.map((draw, i) => draw - b.draws[i]!)) };
}

function intervalOf(draws: Float64Array): Interval {
  const sorted = draws.toSorted();
  return { low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) };
}

function means(condition: readonly RunCounts[], runs: readonly number[], texts: readonly number[]): Record<Statistic, number> {
  const sums = { micro: 0, macro: 0, variance: 0 };
  for (const run of runs) {
    const scores = scoresOf(condition[run]!, texts);
    sums.micro += scores.micro / runs.length;
    sums.macro += scores.macro / runs.length;
    sums.variance += scores.variance / runs.length;
  }
  return sums;
}

function scoresOf({ types, texts: all }: RunCounts, texts: readonly number[]): Record<Statistic, number> {
  const sums = new Float64Array(3 * types.length);
  for (const text of texts) {
    const counts = all[text]!;
    for (let i = 0; i < sums.length; i++) sums[i]! += counts[i]!;
  }
  const total = [0, 0, 0];
  const each: number[] = [];
  for (let i = 0; i < sums.length; i += 3) {
    const [correct, missed, spurious] = [sums[i]!, sums[i + 1]!, sums[i + 2]!];
    [correct, missed, spurious].forEach((count, kind) => (total[kind]! += count));
    if (correct + missed > 0) each.push(f1(correct, missed, spurious));
  }
  const macro = each.length > 0 ? each.reduce((sum, value) => sum + value, 0) / each.length : 0;
  return { micro: f1(total[0]!, total[1]!, total[2]!), macro, variance: each.length > 0 ? variance(each) : 0 };
}

function f1(correct: number, missed: number, spurious: number): number {
  return correct > 0 ? (2 * correct) / (2 * correct + missed + spurious) : 0;
}
