import { describe, expect, test } from 'vitest';
import { dropoutKey, fillDropoutMask } from '../../../wasm-models/nn/dropout-mask.ts';
import { DropoutMasks } from '../../../web/src/engine/dropout-masks.ts';

const LENGTH = 1 << 20;

function mask({ seed = 1, counter = 0, offset = 0, rate = 0.1, length = LENGTH, stream = 'hidden' as 'hidden' | 'attention' } = {}): Float32Array {
  const values = new Float32Array(length);
  fillDropoutMask(values, dropoutKey(seed, counter, stream), offset, rate);
  return values;
}

/** Pearson correlation of two masks of a million elements: its standard deviation is 0.001 where they are independent. */
function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let product = 0, squareA = 0, squareB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i]! - meanA) * (b[i]! - meanB);
    squareA += (a[i]! - meanA) ** 2;
    squareB += (b[i]! - meanB) ** 2;
  }
  return product / Math.sqrt(squareA * squareB);
}

const FIVE_DEVIATIONS = 5 / Math.sqrt(LENGTH);

describe('a dropout mask', () => {
  test.each([0.1, 0.3, 0.5])('at rate %f drops that share and keeps the mean', (rate) => {
    const values = mask({ rate });
    const dropped = values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / LENGTH;
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / LENGTH) + 1 / 65536);
    const mean = values.reduce((sum, value) => sum + value, 0) / LENGTH;
    expect(Math.abs(mean - 1)).toBeLessThan(0.005);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / LENGTH;
    expect(Math.abs(variance - rate / (1 - rate))).toBeLessThan(0.01);
  });

  test('is the same for the same key and position, wherever filling begins', () => {
    expect(mask({ offset: 12_346, length: 101 })).toEqual(mask({ length: 12_447 }).subarray(12_346));
  });

  test.each([
    ['seeds', { seed: 2 }],
    ['passes', { counter: 1 }],
    ['streams', { stream: 'attention' as const }],
    ['sites of a stream', { offset: 12_346 }],
  ])('is independent between %s', (_, other) => {
    expect(Math.abs(correlation(mask(), mask(other)))).toBeLessThan(FIVE_DEVIATIONS);
  });

  test.each([1, 2, 3, 8, 64, 384])('has no correlation at distance %i', (distance) => {
    const values = mask({ length: LENGTH + distance });
    expect(Math.abs(correlation(values.subarray(0, LENGTH), values.subarray(distance)))).toBeLessThan(FIVE_DEVIATIONS);
  });

  test('of a site is the window of its stream that the site’s offset says', () => {
    const sites = [
      { input: 'a', stream: 'hidden' as const, offset: 0, rate: 0.1, shape: ['batch * tokens', 4] },
      { input: 'b', stream: 'hidden' as const, offset: 10, rate: 0.1, shape: ['batch * tokens', 4] },
      { input: 'c', stream: 'attention' as const, offset: 0, rate: 0.2, shape: ['batch', 2, 'tokens', 'tokens'] },
    ];
    const masks = new DropoutMasks(sites).fill({ seed: 3, counter: 4 }, { batch: 2, tokens: 3 });
    expect(masks.get('b')).toEqual(mask({ seed: 3, counter: 4, offset: 10, length: 24 }));
    expect(masks.get('c')).toEqual(mask({ seed: 3, counter: 4, rate: 0.2, length: 36, stream: 'attention' }));
  });
});
