import { expect, test } from 'vitest';
import { median, quantile } from '../../../web/src/train/quantile.ts';

test('nine of ten values lie below the 90th percentile of ten, and the order given does not matter', () => {
  expect(quantile([5, 1, 9, 3, 7, 10, 2, 8, 4, 6], 0.9)).toBe(10);
  expect(quantile([5, 1, 9, 3, 7, 11, 2, 8, 4, 6, 10], 0.9)).toBe(10);
});

test('the median of an even number is the upper of the two, and 0 of none', () => {
  expect(median([4, 1, 3, 2])).toBe(3);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([])).toBe(0);
});
