import type { WordRange } from '../text/span.ts';
import { firstWordEndingAfter } from '../text/tags.ts';

/** The stretch of a text that keys act on: whole words, unless it was set by characters. UTF-16 code units. */
export interface Cursor {
  start: number;
  end: number;
  /** The side that moves when it is extended. */
  moves: 'start' | 'end';
}

/** Number of the first word that ends after `offset`; the last one where none does. */
export function wordAt(words: readonly WordRange[], offset: number): number {
  return Math.min(firstWordEndingAfter(words, offset), words.length - 1);
}

/** First and last word that a stretch touches; the word after it where it touches white space alone. */
export function wordsOfRange(words: readonly WordRange[], { start, end }: { start: number; end: number }): { first: number; last: number } {
  const first = wordAt(words, start);
  let last = Math.max(first, wordAt(words, Math.max(start, end - 1)));
  while (last > first && words[last]![0] >= end) last--;
  return { first, last };
}

/** The cursor on one word; at the edge of the text where the number is beyond it. */
export function onWord(words: readonly WordRange[], index: number): Cursor {
  const word = words[Math.max(0, Math.min(index, words.length - 1))];
  return { start: word?.[0] ?? 0, end: word?.[1] ?? 0, moves: 'end' };
}

/** One word on, or back, from the side that moves; a longer stretch becomes one word. */
export function move(words: readonly WordRange[], cursor: Cursor, step: 1 | -1): Cursor {
  const { first, last } = wordsOfRange(words, cursor);
  return onWord(words, step > 0 ? last + 1 : first - 1);
}

/** The side that moves goes one word on, or back; across the other side the stretch turns over. */
export function extend(words: readonly WordRange[], cursor: Cursor, step: 1 | -1): Cursor {
  const { first, last } = wordsOfRange(words, cursor);
  const [anchor, focus] = first === last ? [first, first] : cursor.moves === 'end' ? [first, last] : [last, first];
  const next = Math.max(0, Math.min(focus + step, words.length - 1));
  return between(words, anchor, next);
}

/** From one word to another, whichever comes first; the second is the side that moves. */
export function between(words: readonly WordRange[], anchor: number, focus: number): Cursor {
  const [from, to] = anchor <= focus ? [anchor, focus] : [focus, anchor];
  return { start: words[from]![0], end: words[to]![1], moves: focus < anchor ? 'start' : 'end' };
}

/** One side of a stretch moved by a word, outwards (1) or inwards (−1); null where there is no further word, or only one left. */
export function resizeByWord(words: readonly WordRange[], range: { start: number; end: number }, side: 'start' | 'end', step: 1 | -1): { start: number; end: number } | null {
  const { first, last } = wordsOfRange(words, range);
  if (side === 'end') {
    const word = words[last + step];
    return word && last + step >= first && word[1] > range.start ? { start: range.start, end: word[1] } : null;
  }
  const word = words[first - step];
  return word && first - step <= last && word[0] < range.end ? { start: word[0], end: range.end } : null;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One side of a stretch moved by one character as people see it, so that emoji and combining marks stay whole. */
export function resizeByCharacter(text: string, range: { start: number; end: number }, side: 'start' | 'end', step: 1 | -1): { start: number; end: number } | null {
  const outwards = side === 'end' ? step : -step;
  const edge = range[side];
  const segment = graphemes.segment(text).containing(outwards > 0 ? edge : edge - 1);
  if (!segment) return null;
  const moved = outwards > 0 ? segment.index + segment.segment.length : segment.index;
  const result = side === 'end' ? { start: range.start, end: moved } : { start: moved, end: range.end };
  return result.start < result.end ? result : null;
}
