import { difference, drawConditions, measured, type DrawnCondition, type Measured } from '../evaluate/paired-bootstrap.ts';
import type { FinishedRun } from './perform.ts';
import type { Comparison, Experiment, Point } from './plan.ts';

/** A point of the plot: trainings that differ in their seed alone. */
export interface ReportedPoint extends Point {
  /** F1 over all entities, mean of F1 over types, population variance of F1 over types. */
  micro: Measured;
  macro: Measured;
  variance: Measured;
  /** By seed. */
  runs: { seed: number; micro: number; macro: number; seconds: number }[];
  /** Means over the seeds. */
  given: Record<string, number>;
}

export interface Answer extends Comparison {
  difference: Measured;
  /** `yes`: the whole interval is above 0; `no`: all of it is below; else the trainings do not tell. */
  holds: 'yes' | 'no' | 'open';
}

export interface Report {
  points: ReportedPoint[];
  answers: Answer[];
}

/** Seed of the draws that intervals are made of. */
const DRAWS = 1;

/** Puts finished trainings together: a point for each condition and x that has all seeds, and an answer to each comparison whose points are there. */
export function report({ conditions, comparisons }: Experiment, runs: readonly FinishedRun[]): Report {
  const groups = [...Map.groupBy(runs, keyOf).values()];
  const most = Math.max(...groups.map((group) => group.length));
  // A point that lacks a seed, for want of labels in its texts, cannot be held against the others.
  const seeds = groups.filter((group) => group.length === most).map((group) => group.toSorted((a, b) => a.seed - b.seed));
  const drawn = new Map<string, DrawnCondition>();
  drawConditions(seeds.map((group) => group.map(({ counts }) => counts)), DRAWS).forEach((condition, i) => drawn.set(keyOf(seeds[i]![0]!), condition));
  const order = Object.keys(conditions);
  const points = seeds.map((group): ReportedPoint => {
    const [first] = group;
    const condition = drawn.get(keyOf(first!))!;
    return {
      condition: first!.condition,
      x: first!.x,
      micro: measured(condition, 'micro'),
      macro: measured(condition, 'macro'),
      variance: measured(condition, 'variance'),
      runs: group.map(({ seed, scores, seconds }) => ({ seed, micro: scores.micro.f1, macro: scores.macro.f1, seconds })),
      given: Object.fromEntries(Object.keys(first!.given).map((name) => [name, group.reduce((sum, { given }) => sum + given[name]! / group.length, 0)])),
    };
  });
  points.sort((a, b) => order.indexOf(a.condition) - order.indexOf(b.condition) || a.x - b.x);
  const answers = comparisons.flatMap((comparison): Answer[] => {
    const [first, second] = [drawn.get(keyOf(comparison.first)), drawn.get(keyOf(comparison.second))];
    if (!first || !second) return [];
    const found = difference(first, second, comparison.statistic);
    return [{ ...comparison, difference: found, holds: found.low > 0 ? 'yes' : found.high < 0 ? 'no' : 'open' }];
  });
  return { points, answers };
}

function keyOf({ condition, x }: Point): string {
  return `${condition} ${x}`;
}
