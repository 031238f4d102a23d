import { expect, test } from 'vitest';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { learningRateFactor, updateAt } from '../../../web/src/train/schedule.ts';

test('linear is min(1, (s + 1) / (0.1 · S)) · (1 − s / S) at every step', () => {
  for (const steps of [1, 7, 300]) {
    for (let s = 0; s < steps; s++) {
      const expected = Math.min(1, (s + 1) / Math.max(1, 0.1 * steps)) * (1 - s / steps);
      expect(learningRateFactor({ schedule: 'linear', warmup: 0.1, steps }, s)).toBeCloseTo(expected, 12);
    }
  }
});

test('without warm-up constant stays at 1 from the first step', () => {
  expect([0, 1, 99].map((s) => learningRateFactor({ schedule: 'constant', warmup: 0, steps: 100 }, s))).toEqual([1, 1, 1]);
});

test('cosine is at 1 first, at one half in the middle and near 0 last', () => {
  const at = (s: number) => learningRateFactor({ schedule: 'cosine', warmup: 0, steps: 1000 }, s);
  expect(at(0)).toBe(1);
  expect(at(500)).toBeCloseTo(0.5, 12);
  expect(at(999)).toBeLessThan(1e-5);
});

test('the head has its own rate under the same factor, and the bias correction counts from 1', () => {
  const update = updateAt({ ...fewShot, steps: 300 }, 29);
  expect(update.step).toBe(30);
  expect(update.learningRate.encoder).toBeCloseTo(1e-4 * (1 - 29 / 300), 15);
  expect(update.learningRate.head).toBeCloseTo(1e-3 * (1 - 29 / 300), 15);
  expect(update.clipNorm).toBe(1);
});
