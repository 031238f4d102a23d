import type { Document } from '../dataset/document.ts';
import { fork } from '../dataset/random.ts';
import { settleLabels, tagsByWord } from '../dataset/refine/training-labels.ts';
import type { WordTokenizer } from '../encode/tokenizer.ts';
import { cutWindows, type CutWord, type Window } from '../encode/windows.ts';
import type { WordRange } from '../text/span.ts';
import { spansToTags } from '../text/tags.ts';
import { splitWords } from '../text/words.ts';
import type { Recipe } from './recipe.ts';

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
  /** Words that learn a mixture of tags: the tags by word, by document; most documents have none. `tags` hold one of each. */
  mixed: Map<number, Map<number, string[]>>;
  /** Spans that share a word with one that was preferred. */
  dropped: number;
  /** Spans that were widened to whole words. */
  widened: number;
  /** Spans that hold no word, only white space. */
  empty: number;
}

/** Encodes documents and turns their spans into tags. Of spans that share words the longest stays, unless `learn` says otherwise; it is for texts to learn from. */
export function labelTexts(documents: readonly Document[], tokenizer: WordTokenizer, size: WindowSize, learn: Pick<Recipe, 'overlap' | 'seed'> = { overlap: 'longest', seed: 0 }): LabelledTexts {
  const encoded = encodeTexts(documents, tokenizer, size);
  const labelled: LabelledTexts = { ...encoded, documents, tags: [], mixed: new Map(), dropped: 0, widened: 0, empty: 0 };
  documents.forEach(({ text, spans: all }, index) => {
    const words = encoded.words[index]!;
    // What is drawn depends on the text, not on its place or on the texts beside it.
    const settled = learn.overlap === 'longest' ? { spans: all, leftOut: 0 } : settleLabels(words, all, learn.overlap, () => fork(learn.seed, `overlap ${text}`));
    const { tags, dropped, widened, empty } = spansToTags(words, settled.spans);
    if (dropped.length > 0 && learn.overlap === 'mix') {
      const candidates = tagsByWord(words, settled.spans);
      for (const [word, [first]] of candidates) tags[word] = first!;
      labelled.mixed.set(index, new Map([...candidates].filter(([, each]) => each.length > 1)));
    } else {
      labelled.dropped += dropped.length;
    }
    labelled.tags.push(tags);
    labelled.dropped += settled.leftOut;
    labelled.widened += widened.length;
    labelled.empty += empty.length;
  });
  return labelled;
}
