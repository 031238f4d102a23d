import { hasContinuousScript } from '../../../text/continuous-script.ts';
import type { Folded } from './fold.ts';

const OF_WORDS = /^[\p{L}\p{M}\p{N}]/u;

/** The words of a folded text: runs of letters and digits without white space, and every other unit by itself; in scripts without spaces each letter. */
export interface FoldedWords {
  words: string[];
  /** Index in the folded text of each word, and of the end of the text as the last. */
  starts: number[];
}

/** Finds the words of a folded text. They are the same on both sides wherever the texts are, which is all that is asked of them. */
export function wordsOf({ text, begins, spaced }: Folded): FoldedWords {
  const starts: number[] = [];
  let joins = false;
  for (let i = 0; i < text.length; i++) {
    if (!begins[i]) continue;
    const letter = String.fromCodePoint(text.codePointAt(i)!);
    const isOfWord = OF_WORDS.test(letter) && !hasContinuousScript(letter);
    if (!(joins && isOfWord && !spaced[i])) starts.push(i);
    joins = isOfWord;
  }
  starts.push(text.length);
  return { words: starts.slice(0, -1).map((start, i) => text.slice(start, starts[i + 1])), starts };
}

/** How many words end at an index of the folded text or before it. */
export function wordsBefore({ starts }: FoldedWords, index: number): number {
  return firstFrom(starts, index + 1) - 1;
}

/** Number of the first word that begins at an index of the folded text or behind it. */
export function wordFrom({ starts }: FoldedWords, index: number): number {
  return firstFrom(starts, index);
}

/** The first place of a rising list whose number is `least` or more. */
function firstFrom(rising: readonly number[], least: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}
