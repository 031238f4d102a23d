import { copy as copyWords } from '../../state/copy.ts';
import { classText } from '../../texts/class.ts';

/** Puts words on the clipboard and says so in the words of the Class page. */
export const copy = (words: string): Promise<void> => copyWords(words, classText.one);
