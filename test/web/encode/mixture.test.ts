import { describe, expect, test } from 'vitest';
import { fork } from '../../../web/src/dataset/random.ts';
import { mixtureShares } from '../../../web/src/encode/mixture.ts';

function firstShares(count: number, alpha: number, draws = 20_000): number[] {
  const { float } = fork(6, `mixture of ${count}`);
  return Array.from({ length: draws }, () => mixtureShares(count, alpha, float)[0]!);
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => value ** 2)) - mean(values) ** 2;

describe('mixtureShares', () => {
  // Of Dirichlet(α, … α) with n parts: mean 1/n, variance (1/n)(1 − 1/n) / (nα + 1).
  test.each([
    [2, 0.2],
    [2, 1],
    [2, 5],
    [3, 0.2],
    [4, 2],
  ])('of %i parts with α = %f have the mean and the variance of the distribution', (count, alpha) => {
    const shares = firstShares(count, alpha);
    expect(mean(shares)).toBeCloseTo(1 / count, 2);
    expect(variance(shares)).toBeCloseTo(((1 / count) * (1 - 1 / count)) / (count * alpha + 1), 2);
  });

  // Values of SciPy 1.17's beta.cdf.
  test.each([
    [0.2, 0.01, 0.2098],
    [0.2, 0.1, 0.3367],
    [2, 0.1, 0.028],
    [2, 0.3, 0.216],
  ])('Beta(α, α) with α = %f is below %f as often as SciPy says', (alpha, below, expected) => {
    const shares = firstShares(2, alpha);
    expect(shares.filter((share) => share < below).length / shares.length).toBeCloseTo(expected, 2);
  });

  test('add up to 1, even where α is so small that no part is a number above 0', () => {
    const { float } = fork(1, 'small');
    for (const alpha of [1e-6, 0.001, 0.2, 100]) {
      for (let draw = 0; draw < 200; draw++) expect(mixtureShares(3, alpha, float).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  test('are the same numbers for the same seed', () => {
    const { float } = fork(1, 'mixture 0 0');
    expect([...mixtureShares(2, 0.2, float), ...mixtureShares(3, 0.2, float)].map((share) => share.toFixed(9))).toEqual(['0.977930837', '0.022069163', '0.873518163', '0.001836421', '0.124645416']);
  });
});
