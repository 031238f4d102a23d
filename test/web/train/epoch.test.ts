import { expect, test } from 'vitest';
import { endsEpoch } from '../../../web/src/train/epoch.ts';

test('an epoch of 200 examples in batches of 16 ends with steps 13, 25 and 38', () => {
  const ends = [...Array(38).keys()].filter((step) => endsEpoch(step, { batchSize: 16, sampling: 'epochs' }, 200));
  expect(ends.map((step) => step + 1)).toEqual([13, 25, 38]);
});

test('where all examples fit a batch, every step is an epoch', () => {
  expect([0, 1, 2].map((step) => endsEpoch(step, { batchSize: 16, sampling: 'epochs' }, 3))).toEqual([true, true, true]);
});
