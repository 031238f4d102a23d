import { expect, it } from 'vitest';
import { smooth } from '../../../web/src/charts/smooth.ts';

it('a constant series stays as it is, from its first value', () => {
  for (const value of smooth([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
});

it('a smooth series is the weighted mean of all values so far', () => {
  const [, second] = smooth([1, 4], 0.5);
  expect(second).toBeCloseTo((0.5 * 1 + 1 * 4) / 1.5, 12);
});
