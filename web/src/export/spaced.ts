import type { WordTokenizer } from '../encode/tokenizer.ts';
import { splitWords } from '../text/words.ts';
import type { Untagged } from '../train/tagger.ts';

/** A text as other programs get it, beside its sub-tokens here. */
export interface SpacedText {
  words: string[];
  /** The words with a blank between each, and where they are. */
  text: Required<Untagged>;
  /** Special tokens included. */
  ids: number[];
}

/** Texts by their words, set apart by blanks, without what does not fit into one window of `maxTokens` sub-tokens. Those of which nothing fits are left out. */
export function spacedTexts(texts: readonly Untagged[], tokenizer: WordTokenizer, maxTokens: number): SpacedText[] {
  return texts.flatMap(({ text, words = splitWords(text) }) => {
    const all = words.map(([start, end]) => text.slice(start, end));
    const whole = joined(all);
    const { ids, wordStarts } = tokenizer.encode(whole.text, whole.words);
    const fitting = all.filter((_, word) => wordStarts[word + 1]! <= maxTokens - 2);
    const { start, end } = tokenizer.special;
    return fitting.length === 0 ? [] : [{ words: fitting, text: joined(fitting), ids: [start, ...ids.subarray(0, wordStarts[fitting.length]), end] }];
  });
}

function joined(words: readonly string[]): Required<Untagged> {
  let next = 0;
  const ranges = words.map((word) => {
    const start = next;
    next += word.length + 1;
    return [start, next - 1] as const;
  });
  return { text: words.join(' '), words: ranges };
}
