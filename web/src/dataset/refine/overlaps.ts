import { compareCodePoints } from '../../text/order.ts';
import type { Span } from '../../text/span.ts';
import { wordsUnder } from '../../text/tags.ts';
import type { Document } from '../document.ts';
import { wordsOf } from '../formats/hold.ts';

/** Two spans of different types that share a word. */
export interface Overlap {
  /** Place of the document in the list that was counted. */
  document: number;
  /** In the order of the cell's types. */
  spans: [Span, Span];
}

/** A pair of types. */
export interface OverlapCell {
  types: [string, string];
  /** Words that have both types. */
  words: number;
  /** The pairs of spans behind them. */
  overlaps: Overlap[];
}

export interface OverlapMatrix {
  /** In order of code points; every type of the spans. */
  types: string[];
  /** One a pair of types that overlap somewhere, most words first. */
  cells: OverlapCell[];
  /** Words with two types or more, and words with any. Their quotient is a share like that which Naraki et al. give with their matrix (2.65 % on CoNLL-2003). */
  words: number;
  labelledWords: number;
}

/**
 * Where spans of different types overlap, by pair of types. Counted word by word, as labels are mixed: a word that has both types counts once
 * for the pair, whatever the number of spans, and a word of three types counts for three pairs.
 */
export function overlapMatrix(documents: readonly Document[], spansOf: (document: Document, index: number) => readonly Span[], language?: string): OverlapMatrix {
  const cells = new Map<string, OverlapCell>();
  const types = new Set<string>();
  let words = 0;
  let labelledWords = 0;
  documents.forEach((document, index) => {
    const spans = spansOf(document, index);
    for (const { type } of spans) types.add(type);
    if (spans.length === 0) return;
    const byWord = spansByWord(document, spans, language);
    labelledWords += byWord.size;
    const seen = new Map<Span, Set<Span>>();
    for (const over of byWord.values()) {
      const typesHere = new Set(over.map(({ type }) => type));
      if (typesHere.size < 2) continue;
      words++;
      for (const [a, b] of pairsOf([...typesHere].sort(compareCodePoints))) cellOf(cells, a, b).words++;
      for (const pair of pairsOf(over)) {
        const [first, second] = pair.sort((a, b) => compareCodePoints(a.type, b.type));
        if (first.type === second.type || seen.get(first)?.has(second)) continue;
        seen.set(first, (seen.get(first) ?? new Set()).add(second));
        cellOf(cells, first.type, second.type).overlaps.push({ document: index, spans: [first, second] });
      }
    }
  });
  return { types: [...types].sort(compareCodePoints), cells: [...cells.values()].sort((a, b) => b.words - a.words), words, labelledWords };
}

/** The spans over each word that has any. */
function spansByWord(document: Document, spans: readonly Span[], language?: string): Map<number, Span[]> {
  const words = wordsOf(document, language);
  const byWord = new Map<number, Span[]>();
  for (const span of spans) {
    const under = wordsUnder(words, span);
    for (let word = under?.first ?? 0; word <= (under?.last ?? -1); word++) byWord.set(word, [...(byWord.get(word) ?? []), span]);
  }
  return byWord;
}

function cellOf(cells: Map<string, OverlapCell>, a: string, b: string): OverlapCell {
  const key = JSON.stringify([a, b]);
  let cell = cells.get(key);
  if (!cell) cells.set(key, (cell = { types: [a, b], words: 0, overlaps: [] }));
  return cell;
}

function pairsOf<T>(values: readonly T[]): [T, T][] {
  return values.flatMap((a, i) => values.slice(i + 1).map((b): [T, T] => [a, b]));
}
