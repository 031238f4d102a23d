import { expect, test } from 'vitest';
import { endsEpoch, sampleBatches } from '../../../web/src/train/sampler.ts';

function take(count: number, settings: Parameters<typeof sampleBatches>[1], steps: number): number[][] {
  const batches = sampleBatches(count, settings);
  return Array.from({ length: steps }, () => batches.next().value);
}

test('an epoch holds every example once', () => {
  const seen = take(20, { batchSize: 5, sampling: 'epochs', seed: 1 }, 4).flat();
  expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
});

test('what cannot fill a batch is carried into the next epoch, not dropped', () => {
  const seen = take(10, { batchSize: 4, sampling: 'epochs', seed: 1 }, 5).flat();
  for (let example = 0; example < 10; example++) expect(seen.filter((value) => value === example)).toHaveLength(2);
});

test('fewer examples than the batch size make a batch of all of them', () => {
  const batches = take(3, { batchSize: 16, sampling: 'epochs', seed: 1 }, 2);
  expect(batches.map((batch) => batch.toSorted())).toEqual([[0, 1, 2], [0, 1, 2]]);
});

test('random draws a full batch each time and repeats examples', () => {
  const [batch] = take(3, { batchSize: 32, sampling: 'random', seed: 1 }, 1);
  expect(batch).toHaveLength(32);
  expect(new Set(batch).size).toBe(3);
});

test('the order depends on the seed alone', () => {
  const settings = { batchSize: 8, sampling: 'epochs', seed: 7 } as const;
  expect(take(50, settings, 20)).toEqual(take(50, settings, 20));
  expect(take(50, settings, 20)).not.toEqual(take(50, { ...settings, seed: 8 }, 20));
});

test('an epoch of 200 examples in batches of 16 ends with steps 13, 25 and 38', () => {
  const ends = [...Array(38).keys()].filter((step) => endsEpoch(step, { batchSize: 16, sampling: 'epochs' }, 200));
  expect(ends.map((step) => step + 1)).toEqual([13, 25, 38]);
});
