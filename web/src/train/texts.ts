import type { Document } from '../dataset/document.ts';
import type { WordTokenizer } from '../encode/tokenizer.ts';
import { cutWindows, type CutWord, type Window } from '../encode/windows.ts';
import type { WordRange } from '../text/span.ts';
import { spansToTags } from '../text/tags.ts';
import { splitWords } from '../text/words.ts';

/** Texts cut into windows; `window.text` is an index into the other lists. */
export interface EncodedTexts {
  words: (readonly WordRange[])[];
  windows: Window[];
  cutWords: CutWord[];
}

export interface WindowSize {
  /** Sub-tokens of a window, the two special ones included. */
  maxTokens: number;
}

/** Words, sub-tokens and windows of texts. Words of the file are kept; running text is split. */
export function encodeTexts(texts: readonly { text: string; words?: readonly WordRange[] }[], tokenizer: WordTokenizer, { maxTokens }: WindowSize): EncodedTexts {
  const encoded: EncodedTexts = { words: [], windows: [], cutWords: [] };
  texts.forEach(({ text, words = splitWords(text) }, index) => {
    const { windows, cutWords } = cutWindows(tokenizer.encode(text, words), index, { maxTokens, special: tokenizer.special });
    encoded.words.push(words);
    for (const window of windows) encoded.windows.push(window);
    for (const word of cutWords) encoded.cutWords.push(word);
  });
  return encoded;
}

/** Documents as the tagger sees them, with their gold tags. */
export interface LabelledTexts extends EncodedTexts {
  documents: readonly Document[];
  /** BIO tags by document and word. */
  tags: string[][];
  /** Spans that BIO tags cannot hold: those that share a word with a longer one. */
  dropped: number;
  /** Spans that were widened to whole words. */
  widened: number;
  /** Spans that hold no word, only white space. */
  empty: number;
}

/** Encodes documents and turns their spans into tags. */
export function labelTexts(documents: readonly Document[], tokenizer: WordTokenizer, size: WindowSize): LabelledTexts {
  const encoded = encodeTexts(documents, tokenizer, size);
  const labelled: LabelledTexts = { ...encoded, documents, tags: [], dropped: 0, widened: 0, empty: 0 };
  documents.forEach(({ spans }, index) => {
    const { tags, dropped, widened, empty } = spansToTags(encoded.words[index]!, spans);
    labelled.tags.push(tags);
    labelled.dropped += dropped.length;
    labelled.widened += widened.length;
    labelled.empty += empty.length;
  });
  return labelled;
}
