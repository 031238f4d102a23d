import type { Reference } from './reference.ts';
import { sharedWords } from './shared.ts';
import type { FoldedWords } from './words.ts';

/** What an answer gives back of a text. */
export interface Covered {
  /** Share of the text's words, 0 … 1. */
  share: number;
  /** Whether its last words are among them. */
  toEnd: boolean;
}

/** What an answer gives back of each text, in whatever order. */
export function coveredBy(answer: FoldedWords, { texts }: Reference): Covered[] {
  return texts.map(({ words }) => {
    const [isShared] = sharedWords(words, answer.words);
    return { share: words.length === 0 ? 1 : isShared.reduce((sum, one) => sum + one, 0) / words.length, toEnd: isShared.at(-1) !== 0 };
  });
}
