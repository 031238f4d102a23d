import type { EncodedText, SpecialTokens } from './tokenizer.ts';

/**
 * A stretch of a text that fits the encoder, special tokens included. Windows of one text overlap; each word of the
 * text is *owned* by exactly one of them, the one that shows most of its surroundings.
 */
export interface Window {
  /** Which text it was cut from. */
  text: number;
  /** Token ids with the special tokens. */
  ids: Int32Array;
  /** `[words + 1]` positions in `ids`: the window's word k takes `ids[wordStarts[k]]` up to `ids[wordStarts[k + 1]]`, exclusive. */
  wordStarts: Int32Array;
  /** Index in the text of the window's word 0. */
  firstWord: number;
  /** Owned words, as indices in the text: from inclusive, to exclusive. */
  ownedFrom: number;
  ownedTo: number;
}

/** A word too long for any window: only its first sub-tokens are seen. */
export interface CutWord {
  text: number;
  word: number;
  /** Sub-tokens it has, and how many of them are kept. */
  tokens: number;
  kept: number;
}

export interface WindowOptions {
  /** Sub-tokens of a window, the two special ones included. */
  maxTokens: number;
  special: Pick<SpecialTokens, 'start' | 'end'>;
  /** Sub-tokens that neighbouring windows share at most, below half of `maxTokens`; a quarter unless given. */
  overlap?: number;
}

/** Cuts one text. A text without words gives no window. */
export function cutWindows(encoded: EncodedText, text: number, options: WindowOptions): { windows: Window[]; cutWords: CutWord[] } {
  const room = options.maxTokens - 2;
  if (room < 1) throw new RangeError(`maxTokens is ${options.maxTokens}, expected 3 or more: a window holds two special tokens and at least one of the text.`);
  const overlap = Math.min(options.overlap ?? room >> 2, (room - 1) >> 1);
  const { ends, cutWords } = fitWords(encoded, text, room);
  const ranges = cutRanges(ends, room, overlap);
  const owned = ownership(ranges, ends);
  const windows = ranges.map(([from, to], index) => fillWindow(encoded, text, from, to, ends, owned[index]!, options.special));
  return { windows, cutWords };
}

/** Words a list of windows owns: each word of a text counts once. */
export function countOwnedWords(windows: readonly Window[]): number {
  return windows.reduce((sum, { ownedFrom, ownedTo }) => sum + ownedTo - ownedFrom, 0);
}

/** `ends[w]`: sub-tokens of words 0 … w − 1 when none has more than `room`; `[words + 1]`. */
function fitWords({ wordStarts }: EncodedText, text: number, room: number): { ends: Int32Array; cutWords: CutWord[] } {
  const ends = new Int32Array(wordStarts.length);
  const cutWords: CutWord[] = [];
  for (let word = 0; word + 1 < wordStarts.length; word++) {
    const tokens = wordStarts[word + 1]! - wordStarts[word]!;
    if (tokens > room) cutWords.push({ text, word, tokens, kept: room });
    ends[word + 1] = ends[word]! + Math.min(tokens, room);
  }
  return { ends, cutWords };
}

type Range = readonly [from: number, to: number];

/** Word ranges of the windows: each as long as fits; the last one reaches back as far as it can. */
function cutRanges(ends: Int32Array, room: number, overlap: number): Range[] {
  const words = ends.length - 1;
  const ranges: Range[] = [];
  let from = 0;
  let reached = 0;
  while (reached < words) {
    let to = from;
    while (to < words && ends[to + 1]! - ends[from]! <= room) to++;
    if (to === words) while (from > 0 && ends[to]! - ends[from - 1]! <= room) from--;
    ranges.push([from, to]);
    reached = to;
    // The next window starts inside this one, but late enough to hold the first word that is new to it.
    while (from < to && (ends[to]! - ends[from]! > overlap || (to < words && ends[to + 1]! - ends[from]! > room))) from++;
  }
  return ranges;
}

/**
 * The words each window owns. A word's context in a window is the smaller of its distances to the window's two edges,
 * an edge of the text being infinitely far. Later windows win more and more of the context to the right, so owned
 * words are a range.
 */
function ownership(ranges: Range[], ends: Int32Array): Range[] {
  const words = ends.length - 1;
  const owned = ranges.map((): [number, number] => [0, 0]);
  let earliest = 0;
  let previous = -1;
  for (let word = 0; word < words; word++) {
    while (ranges[earliest]![1] <= word) earliest++;
    let best = earliest;
    let bestContext = -1;
    for (let index = earliest; index < ranges.length && ranges[index]![0] <= word; index++) {
      const [from, to] = ranges[index]!;
      const left = from === 0 ? Infinity : ends[word]! - ends[from]!;
      const right = to === words ? Infinity : ends[to]! - ends[word + 1]!;
      if (Math.min(left, right) > bestContext) {
        best = index;
        bestContext = Math.min(left, right);
      }
    }
    if (best !== previous) owned[best]![0] = word;
    owned[best]![1] = word + 1;
    previous = best;
  }
  return owned;
}

function fillWindow(encoded: EncodedText, text: number, from: number, to: number, ends: Int32Array, [ownedFrom, ownedTo]: Range, special: WindowOptions['special']): Window {
  const tokens = ends[to]! - ends[from]!;
  const ids = new Int32Array(tokens + 2);
  const wordStarts = new Int32Array(to - from + 1);
  ids[0] = special.start;
  ids[tokens + 1] = special.end;
  for (let word = from; word <= to; word++) {
    const position = 1 + ends[word]! - ends[from]!;
    wordStarts[word - from] = position;
    if (word === to) break;
    const begin = encoded.wordStarts[word]!;
    ids.set(encoded.ids.subarray(begin, begin + ends[word + 1]! - ends[word]!), position);
  }
  return { text, ids, wordStarts, firstWord: from, ownedFrom, ownedTo };
}
