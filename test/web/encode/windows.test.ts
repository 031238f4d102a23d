import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EncodedText } from '../../../web/src/encode/tokenizer.ts';
import { countOwnedWords, cutWindows, type Window } from '../../../web/src/encode/windows.ts';

const special = { start: 1, end: 2 };

/** A text whose word w has `lengths[w]` sub-tokens, numbered from 100 on. */
function textOf(lengths: readonly number[]): EncodedText {
  const wordStarts = [0];
  for (const length of lengths) wordStarts.push(wordStarts.at(-1)! + length);
  return { ids: Int32Array.from({ length: wordStarts.at(-1)! }, (_, index) => 100 + index), wordStarts: Int32Array.from(wordStarts) };
}

const owned = (windows: readonly Window[]): [number, number][] => windows.map(({ ownedFrom, ownedTo }) => [ownedFrom, ownedTo]);
const seen = (windows: readonly Window[]): [number, number][] => windows.map(({ firstWord, wordStarts }) => [firstWord, firstWord + wordStarts.length - 1]);

test('a text that fits is one window between its special tokens', () => {
  const { windows, cutWords } = cutWindows(textOf([1, 2, 1]), 7, { maxTokens: 6, special });
  expect(windows).toEqual([{ text: 7, ids: Int32Array.of(1, 100, 101, 102, 103, 2), wordStarts: Int32Array.of(1, 2, 4, 5), firstWord: 0, ownedFrom: 0, ownedTo: 3 }]);
  expect(cutWords).toEqual([]);
});

test('a text without words gives no window', () => {
  expect(cutWindows(textOf([]), 0, { maxTokens: 8, special })).toEqual({ windows: [], cutWords: [] });
});

test('windows share words, and each word belongs to the window with most context', () => {
  const { windows } = cutWindows(textOf(new Array<number>(16).fill(1)), 0, { maxTokens: 12, special, overlap: 4 });
  expect(seen(windows)).toEqual([[0, 10], [6, 16]]);
  expect(owned(windows)).toEqual([[0, 8], [8, 16]]);
});

test('the last window reaches back as far as it can', () => {
  const { windows } = cutWindows(textOf(new Array<number>(11).fill(1)), 0, { maxTokens: 12, special, overlap: 2 });
  expect(seen(windows)).toEqual([[0, 10], [1, 11]]);
  expect(owned(windows)).toEqual([[0, 6], [6, 11]]);
});

test('words are never split between windows', () => {
  const { windows } = cutWindows(textOf([3, 3, 3, 3]), 0, { maxTokens: 9, special, overlap: 3 });
  expect(seen(windows)).toEqual([[0, 2], [1, 3], [2, 4]]);
});

test('a word longer than a window keeps its first sub-tokens and is reported', () => {
  const { windows, cutWords } = cutWindows(textOf([1, 9, 1]), 3, { maxTokens: 6, special, overlap: 0 });
  expect(cutWords).toEqual([{ text: 3, word: 1, tokens: 9, kept: 4 }]);
  expect(windows.map(({ ids }) => [...ids])).toEqual([[1, 100, 2], [1, 101, 102, 103, 104, 2], [1, 110, 2]]);
  expect(owned(windows)).toEqual([[0, 1], [1, 2], [2, 3]]);
});

test('a window without room for a token is refused', () => {
  expect(() => cutWindows(textOf([1]), 0, { maxTokens: 2, special })).toThrow('maxTokens is 2, expected 3 or more');
});

test('a text of 10,000 words loses none', () => {
  const { windows } = cutWindows(textOf(new Array<number>(10_000).fill(2)), 0, { maxTokens: 128, special });
  expect(countOwnedWords(windows)).toBe(10_000);
});

describe('any text, any window', () => {
  const cases = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 }),
    maxTokens: fc.integer({ min: 3, max: 24 }),
    overlap: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  });
  const cut = ({ lengths, maxTokens, overlap }: { lengths: number[]; maxTokens: number; overlap: number | undefined }): Window[] =>
    cutWindows(textOf(lengths), 0, { maxTokens, special, ...(overlap === undefined ? {} : { overlap }) }).windows;

  test('each word is owned once, in order, by a window that holds it', () => {
    fc.assert(
      fc.property(cases, (settings) => {
        let next = 0;
        for (const { ownedFrom, ownedTo, firstWord, wordStarts } of cut(settings).filter((window) => window.ownedFrom < window.ownedTo)) {
          expect(ownedFrom).toBe(next);
          expect(ownedFrom).toBeGreaterThanOrEqual(firstWord);
          expect(ownedTo).toBeLessThanOrEqual(firstWord + wordStarts.length - 1);
          next = ownedTo;
        }
        expect(next).toBe(settings.lengths.length);
      }),
    );
  });

  test('no window is longer than allowed, and each holds its words’ sub-tokens', () => {
    fc.assert(
      fc.property(cases, (settings) => {
        const text = textOf(settings.lengths);
        for (const { ids, wordStarts, firstWord } of cut(settings)) {
          expect(ids.length).toBeLessThanOrEqual(settings.maxTokens);
          expect([ids[0], ids.at(-1), wordStarts.at(-1)]).toEqual([1, 2, ids.length - 1]);
          for (let word = 0; word + 1 < wordStarts.length; word++) {
            const begin = text.wordStarts[firstWord + word]!;
            const kept = Math.min(text.wordStarts[firstWord + word + 1]! - begin, settings.maxTokens - 2);
            expect([...ids.subarray(wordStarts[word]!, wordStarts[word + 1]!)]).toEqual([...text.ids.subarray(begin, begin + kept)]);
          }
        }
      }),
    );
  });

  test('no other window shows an owned word with more context', () => {
    fc.assert(
      fc.property(cases, (settings) => {
        const windows = cut(settings);
        const words = settings.lengths.length;
        const context = ({ firstWord, wordStarts }: Window, word: number): number => {
          const last = wordStarts.length - 1;
          const k = word - firstWord;
          if (k < 0 || k >= last) return -1;
          const left = firstWord === 0 ? Infinity : wordStarts[k]! - 1;
          const right = firstWord + last === words ? Infinity : wordStarts[last]! - wordStarts[k + 1]!;
          return Math.min(left, right);
        };
        for (const window of windows) {
          for (let word = window.ownedFrom; word < window.ownedTo; word++) expect(context(window, word)).toBe(Math.max(...windows.map((other) => context(other, word))));
        }
      }),
    );
  });
});
