import { expect, test } from 'vitest';
import { lossScaleOf, scaled } from '../../../web/src/engine/webgpu/loss-scale.ts';
import { makeBatch } from '../../gpu/page/tagger.ts';

test.each([1, 1 / 3, 1 / 320, 1 / 4096, 1 / 100_000])('words that weigh %d at most are scaled by a power of two, to 1 or more and less than 2', (heaviest) => {
  const scale = lossScaleOf({ weights: Float32Array.of(0, heaviest / 2, heaviest, 0) })!;
  expect(Number.isInteger(Math.log2(scale))).toBe(true);
  expect(Math.fround(heaviest) * scale).toBeGreaterThanOrEqual(1);
  expect(Math.fround(heaviest) * scale).toBeLessThan(2);
});

test('a pass without a word has no say', () => {
  expect(lossScaleOf({ weights: new Float32Array(8) })).toBeNull();
});

test('nothing but the weights changes, and not those of the batch that was given', () => {
  const batch = makeBatch(2, 8, 50, 1);
  const weights = batch.weights.slice();
  const { weights: heavier, ...rest } = scaled(batch, 1024);
  expect(heavier).toEqual(weights.map((weight) => weight * 1024));
  const { weights: kept, ...others } = batch;
  expect(kept).toEqual(weights);
  expect(rest).toEqual(others);
});
