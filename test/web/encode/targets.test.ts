import { expect, test } from 'vitest';
import { hardTargets, mixTargets } from '../../../web/src/encode/targets.ts';

test('tags become the indices of their labels', () => {
  expect(hardTargets(['O', 'B-X', 'O'], ['O', 'B-X'])).toEqual(Int32Array.of(0, 1, 0));
});

test('a tag that is no label is named with its word', () => {
  expect(() => hardTargets(['O', 'B-Y'], ['O', 'B-X'])).toThrow('Word 1 is tagged B-Y, which is not among the labels O, B-X.');
});

test('mixed annotations keep a share of each', () => {
  const mixed = mixTargets(Int32Array.of(0, 1), Float32Array.of(0, 0, 1, 0, 1, 0), 0.75, 3);
  expect(mixed).toEqual(Float32Array.of(0.75, 0, 0.25, 0, 1, 0));
});

test('annotations of different numbers of words can’t be mixed', () => {
  expect(() => mixTargets(Int32Array.of(0, 1), Int32Array.of(0), 0.5, 2)).toThrow('2 and 1 words');
});
