import type { Interval } from './score.ts';

/** A share that was counted, with an interval of what it may be. */
export interface Proportion extends Interval {
  /** Right ones out of all; 0 where there are none. */
  share: number;
  right: number;
  of: number;
}

/** The 97.5 % quantile of the normal distribution: half of what is left out of 95 % lies on each side. */
const Z95 = 1.959964;

/**
 * A share with its 95 % interval by Wilson's score method (1927), which holds with few cases and at 0 and 1, where a bootstrap of the same cases
 * would give a single point: 10 right of 10 is 0.72 to 1. It takes the cases for independent. Of nothing, anything may be true: 0 to 1.
 */
export function proportion(right: number, of: number): Proportion {
  if (of === 0) return { share: 0, right, of, low: 0, high: 1 };
  const share = right / of;
  const square = Z95 ** 2;
  const middle = (share + square / (2 * of)) / (1 + square / of);
  const reach = (Z95 / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of ** 2));
  return { share, right, of, low: right === 0 ? 0 : Math.max(0, middle - reach), high: right === of ? 1 : Math.min(1, middle + reach) };
}
