import { fold } from './fold.ts';
import type { Reference } from './reference.ts';
import { wordsOf } from './words.ts';

/** Words that have to stand together in the answer, so that a text is not found in words that every text has. */
const TOGETHER = 3;

/** What an answer gives back of a text. */
export interface Covered {
  /** Share of the text's words, 0 … 1. */
  share: number;
  /** Whether its last words are among them. */
  toEnd: boolean;
}

/** What an answer without marks gives back of each text, in whatever order. */
export function coveredBy(answer: string, { texts }: Reference): Covered[] {
  const answered = wordsOf(fold(answer)).words;
  const said = new Set(runsOf(answered, TOGETHER));
  const saidWords = new Set(answered);
  return texts.map(({ words }) => {
    if (words.length < TOGETHER) {
      const known = words.filter((word) => saidWords.has(word)).length;
      return { share: words.length === 0 ? 1 : known / words.length, toEnd: known === words.length };
    }
    const isCovered = new Uint8Array(words.length);
    for (const [first, run] of runsOf(words, TOGETHER).entries()) if (said.has(run)) isCovered.fill(1, first, first + TOGETHER);
    return { share: isCovered.reduce((sum, one) => sum + one, 0) / words.length, toEnd: isCovered.at(-1) === 1 };
  });
}

/** Every `length` words that stand together, as one string each. */
function runsOf(words: readonly string[], length: number): string[] {
  return words.slice(length - 1).map((_, first) => words.slice(first, first + length).join(' '));
}
