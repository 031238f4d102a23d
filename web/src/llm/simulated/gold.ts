import type { Document } from '../../dataset/document.ts';
import type { WordRange } from '../../text/span.ts';
import { splitWords } from '../../text/words.ts';
import type { TypedRange } from '../annotate/annotation.ts';

/** A text whose entities are known. */
export interface GoldText {
  text: string;
  words: readonly WordRange[];
  spans: readonly TypedRange[];
  /** Words where there is no entity and none is next to them. */
  outside: readonly WordRange[];
}

/** What a simulated annotator knows. */
export interface Gold {
  /** Null where the text is unknown. */
  find(text: string): GoldText | null;
  /** Gold spans of each type. */
  counts: ReadonlyMap<string, number>;
  /** Words outside in all texts. */
  outside: number;
}

/** The spans of labelled texts as gold. Of texts that occur twice the first counts. */
export function goldOf(documents: Iterable<Pick<Document, 'text' | 'words' | 'spans'>>): Gold {
  const texts = new Map<string, GoldText>();
  const counts = new Map<string, number>();
  let outside = 0;
  for (const { text, words = splitWords(text), spans } of documents) {
    if (texts.has(text)) continue;
    const gold = { text, words, spans, outside: wordsOutside(text, words, spans) };
    texts.set(text, gold);
    outside += gold.outside.length;
    for (const { type } of spans) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return { find: (text) => texts.get(text) ?? null, counts, outside };
}

function wordsOutside(text: string, words: readonly WordRange[], spans: readonly TypedRange[]): WordRange[] {
  const isInside = words.map(([from, to]) => spans.some(({ start, end }) => start < to && from < end));
  return words.filter(([from, to], i) => !isInside[i - 1] && !isInside[i] && !isInside[i + 1] && /\p{L}/u.test(text.slice(from, to)));
}
