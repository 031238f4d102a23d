import { fold, type Folded } from './fold.ts';
import { wordsOf, type FoldedWords } from './words.ts';

/** One of the texts that an answer should give back. */
export interface ReferenceText extends FoldedWords {
  folded: Folded;
  /** Where it begins in the folded reference, and the number of its first word there. */
  start: number;
  firstWord: number;
}

/** What an answer should give back: the texts, in order, with what stands before each. */
export interface Reference {
  texts: ReferenceText[];
  /** All of it, folded. */
  text: string;
  words: string[];
}

/**
 * @param texts those to annotate
 * @param headings what stands before each, where there are several
 */
export function referenceOf(texts: readonly string[], headings: readonly string[] = []): Reference {
  const reference: Reference = { texts: [], text: '', words: [] };
  const add = (text: string): Omit<ReferenceText, 'start' | 'firstWord'> => {
    const folded = fold(text);
    const found = wordsOf(folded);
    for (const word of found.words) reference.words.push(word);
    reference.text += folded.text;
    return { folded, ...found };
  };
  for (const [i, text] of texts.entries()) {
    if (headings[i]) add(headings[i]);
    const [start, firstWord] = [reference.text.length, reference.words.length];
    reference.texts.push({ ...add(text), start, firstWord });
  }
  return reference;
}
