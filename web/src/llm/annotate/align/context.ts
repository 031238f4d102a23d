import type { Folded } from './fold.ts';
import type { Match } from './ways.ts';
import { wordFrom, wordsBefore, type FoldedWords } from './words.ts';

/** What may stand between what a model says and the first word of the text, and between the last word and what it says then. */
const FRAME = { before: /["*`>:.!)\]}]/, after: /["*`<([{]/ };
const LETTER = /[\p{L}\p{N}]/u;

/** Words that are compared on each side. */
export const COMPARED = 3;

/**
 * How many words next to a match are the same on both sides, at most `COMPARED`; 0 where only commas and their like are. What lies
 * behind the border of the text counts as the same where the answer has a border too.
 */
export interface Context {
  before: number;
  after: number;
}

/** Compares what stands before and after a stretch of the answer with what stands around its place. */
export function contextOf(answer: Folded, { stretch, place: { start, end, text } }: Match): Context {
  const { folded, starts } = text;
  const first = wordsBefore(text, start - 1);
  const last = wordFrom(text, end + 1);
  const before = (count: number): boolean => {
    const from = starts[first - count + 1] ?? 0;
    return isSame(answer.text, stretch.start - (start - from), folded.text, from, start);
  };
  const after = (count: number): boolean => isSame(answer.text, stretch.end, folded.text, end, starts[last + count - 1] ?? folded.text.length);
  const wordy = (from: number, to: number, count: number): number => (count === COMPARED || LETTER.test(folded.text.slice(from, to)) ? count : 0);
  const sameBefore = longest(before);
  const sameAfter = longest(after);
  return {
    before: start === 0 ? border(answer.text[stretch.start - 1], FRAME.before) : wordy(starts[first - sameBefore + 1] ?? 0, start, sameBefore),
    after: end === folded.text.length ? border(answer.text[stretch.end], FRAME.after) : wordy(end, starts[last + sameAfter - 1] ?? folded.text.length, sameAfter),
  };
}

/** Whether an index lies inside a word. */
export function cutsWord(words: FoldedWords, index: number): boolean {
  return words.starts[wordFrom(words, index)] !== index;
}

function isSame(answer: string, offset: number, text: string, start: number, end: number): boolean {
  return offset >= 0 && answer.slice(offset, offset + end - start) === text.slice(start, end);
}

function border(next: string | undefined, frame: RegExp): number {
  return next === undefined || frame.test(next) ? COMPARED : 0;
}

/** The most words up to `COMPARED` that are the same. */
function longest(isSameFor: (count: number) => boolean): number {
  let count = 0;
  while (count < COMPARED && isSameFor(count + 1)) count++;
  return count;
}
