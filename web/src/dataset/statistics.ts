import { max, mean, quantileSorted } from 'simple-statistics';
import { compareCodePoints } from '../text/order.ts';
import { splitWords } from '../text/words.ts';
import type { Document, Split } from './document.ts';

/** Where a document without a split is counted. */
export type SplitName = Split | 'none';

/** Words a text. */
export interface Lengths {
  median: number;
  mean: number;
  p95: number;
  max: number;
}

export interface SplitStatistics {
  documents: number;
  words: number;
  spans: number;
  /** Documents without any span. */
  withoutSpans: number;
  lengths: Lengths;
}

export interface Statistics {
  splits: Partial<Record<SplitName, SplitStatistics>>;
  /** Spans by type (in code point order) and split. */
  types: Map<string, Partial<Record<SplitName, number>>>;
  /** Ids of test documents whose text, white space apart, is also in train. */
  testInTrain: string[];
}

/** What can be said of a data set without training on it. */
export function describeDocuments(documents: readonly Document[], language?: string): Statistics {
  const lengths = new Map<SplitName, number[]>();
  const splits: Statistics['splits'] = {};
  const types: Statistics['types'] = new Map();
  const trained = new Set<string>();
  for (const document of documents) {
    const split = document.split ?? 'none';
    if (split === 'train') trained.add(normal(document.text));
    const words = (document.words ?? splitWords(document.text, language)).length;
    const entry = (splits[split] ??= { documents: 0, words: 0, spans: 0, withoutSpans: 0, lengths: { median: 0, mean: 0, p95: 0, max: 0 } });
    entry.documents++;
    entry.words += words;
    entry.spans += document.spans.length;
    if (!document.spans.length) entry.withoutSpans++;
    const list = lengths.get(split);
    if (list) list.push(words);
    else lengths.set(split, [words]);
    for (const { type } of document.spans) {
      const counts = types.get(type) ?? {};
      counts[split] = (counts[split] ?? 0) + 1;
      types.set(type, counts);
    }
  }
  for (const [split, list] of lengths) splits[split]!.lengths = describeLengths(list);
  return {
    splits,
    types: new Map([...types].sort(([a], [b]) => compareCodePoints(a, b))),
    testInTrain: documents.filter(({ split, text }) => split === 'test' && trained.has(normal(text))).map(({ id }) => id),
  };
}

function normal(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function describeLengths(lengths: number[]): Lengths {
  const sorted = lengths.sort((a, b) => a - b);
  return { median: quantileSorted(sorted, 0.5), mean: mean(sorted), p95: quantileSorted(sorted, 0.95), max: max(sorted) };
}
