import { describe, expect, test } from 'vitest';
import { forEachOwnedWord, paddedLength, toBatch, toTrainingBatch } from '../../../web/src/encode/batch.ts';
import type { Window } from '../../../web/src/encode/windows.ts';

/** Three sub-tokens in two words; the second one belongs to another window. */
const first: Window = { text: 4, ids: Int32Array.of(1, 10, 11, 12, 2), wordStarts: Int32Array.of(1, 3, 4), firstWord: 6, ownedFrom: 6, ownedTo: 7 };
const second: Window = { text: 5, ids: Int32Array.of(1, 13, 2), wordStarts: Int32Array.of(1, 2), firstWord: 0, ownedFrom: 0, ownedTo: 1 };
const options = { tokens: 6, rowOf: (id: number) => id * 2, padding: 0, positionOffset: 2, pooling: 'first' as const };

const row = (values: ArrayLike<number>, index: number, length: number): number[] => Array.from(values).slice(index * length, (index + 1) * length);

test('tokens become rows, padding included', () => {
  const { inputIds } = toBatch([first, second], options);
  expect(row(inputIds, 0, 6)).toEqual([2, 20, 22, 24, 4, 0]);
  expect(row(inputIds, 1, 6)).toEqual([2, 26, 4, 0, 0, 0]);
});

test('positions count from the offset, and padding stays within the table', () => {
  expect(row(toBatch([second], options).positionIds, 0, 6)).toEqual([2, 3, 4, 2, 2, 2]);
});

test('what is added for padding leaves exactly nothing after a softmax in float32', () => {
  const bias = row(toBatch([second], options).attentionBias, 0, 6);
  expect(bias.slice(0, 3)).toEqual([0, 0, 0]);
  const scores = bias.map((value, index) => Math.fround(Math.fround(30 * index) + value));
  const largest = Math.max(...scores);
  expect(scores.slice(3).map((score) => Math.fround(Math.exp(Math.fround(score - largest))))).toEqual([0, 0, 0]);
});

describe('a word’s vector', () => {
  test.each([
    ['first', [0, 1, 0, 0, 0, 0]],
    ['mean', [0, 0.5, 0.5, 0, 0, 0]],
    ['sum', [0, 1, 1, 0, 0, 0]],
  ] as const)('%s: weights of its sub-tokens', (pooling, weights) => {
    const batch = toBatch([first], { ...options, pooling });
    expect(row(batch.pooling, 0, 6)).toEqual(weights);
    expect(row(batch.pooling, 1, 6)).toEqual([0, 0, 0, 1, 0, 0]);
    expect([...batch.pooling.subarray(12)]).toEqual(new Array(24).fill(0));
  });
});

test('a batch of a fixed size is filled up with padding', () => {
  const batch = toBatch([second], { ...options, size: 3 });
  expect(batch.size).toBe(3);
  expect(new Set(batch.attentionBias.subarray(6))).toEqual(new Set([-1e9]));
  expect(new Set(batch.pooling.subarray(36))).toEqual(new Set([0]));
});

test('what doesn’t fit is refused', () => {
  expect(() => toBatch([first], { ...options, tokens: 4 })).toThrow('A window of 5 sub-tokens doesn\'t fit a padded length of 4.');
  expect(() => toBatch([first, second], { ...options, size: 1 })).toThrow('A batch of 1 can\'t take 2 windows.');
});

test('owned words weigh the same across the whole step, the others nothing', () => {
  const targets = (text: number) => (text === 4 ? Int32Array.of(0, 0, 0, 0, 0, 0, 2, 1) : Float32Array.of(0.25, 0.75, 0));
  const batch = toTrainingBatch([first, second], targets, { ...options, labels: 3, wordsInEffectiveBatch: 5 });
  expect(batch.weights).toEqual(Float32Array.of(0.2, 0, 0, 0, 0, 0, 0.2, 0, 0, 0, 0, 0));
  expect(row(batch.targets, 0, 3)).toEqual([0, 0, 1]);
  expect(row(batch.targets, 1, 3)).toEqual([0, 0, 0]);
  expect(row(batch.targets, 6, 3)).toEqual([0.25, 0.75, 0]);
});

test('logits are given back to the words that own them', () => {
  const logits = Float32Array.from({ length: 2 * 6 * 2 }, (_, index) => index);
  const visited: unknown[] = [];
  forEachOwnedWord([first, second], logits, 6, 2, (text, word, scores) => visited.push([text, word, [...scores]]));
  expect(visited).toEqual([[4, 6, [0, 1]], [5, 0, [12, 13]]]);
});

test('lengths are padded to what the device wants', () => {
  expect(paddedLength([first, second], { multipleOf: 8 })).toBe(8);
  expect(paddedLength([first], { lengths: [3, 4, 16] })).toBe(16);
  expect(() => paddedLength([first], { lengths: [3, 4] })).toThrow('A window has 5 sub-tokens, but the device takes at most 4.');
});
