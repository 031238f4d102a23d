import { expect, test } from 'vitest';
import { hardTargets, mixedTargets } from '../../../web/src/encode/targets.ts';

test('tags become the indices of their labels', () => {
  expect(hardTargets(['O', 'B-X', 'O'], ['O', 'B-X'])).toEqual(Int32Array.of(0, 1, 0));
});

test('a tag that is no label is named with its word', () => {
  expect(() => hardTargets(['O', 'B-Y'], ['O', 'B-X'])).toThrow('Word 1 is tagged B-Y, which is not among the labels O, B-X.');
});

test('a word with several labels has the share of each, and the others their one label', () => {
  const counts: number[] = [];
  const mixed = mixedTargets(Int32Array.of(0, 1, 2), [{ word: 1, labels: [1, 2] }], 3, (count) => (counts.push(count), [0.75, 0.25]));
  expect(mixed).toEqual(Float32Array.of(1, 0, 0, 0, 0.75, 0.25, 0, 0, 1));
  expect(counts).toEqual([2]);
});
