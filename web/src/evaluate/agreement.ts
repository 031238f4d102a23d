import type { Document } from '../dataset/document.ts';
import type { Words } from '../dataset/facts/words.ts';
import type { Span } from '../text/span.ts';
import { bootstrapInterval } from './bootstrap.ts';
import type { Entity } from './match.ts';
import { countDocuments, scoreSpans } from './score-spans.ts';
import type { Interval, Score, TypeScore } from './score.ts';
import { countWordLabels, kappa, labelledOnly, oneAgainstRest } from './word-kappa.ts';
import type { Pair } from './word-kappa.ts';

/** Who labelled: the labels of the documents, or a layer's suggestions. */
export type Annotator = { layer: string } | 'labels';

/** Which documents both have looked at. Nothing in a document says so: `all`, or only those where `either` or `both` have a span. */
export type Among = 'all' | 'either' | 'both';

/** How far two annotators agree. */
export interface Agreement {
  /** Documents compared. */
  documents: number;
  /** Spans of the first and of the second annotator. */
  spans: [first: number, second: number];
  /** Same range and type, the first taken for gold. F1 is the same the other way round (Hripcsak & Rothschild 2005: F1 as agreement where non-entities cannot be counted). */
  exact: Score;
  /** Same range, whatever the type. */
  boundary: Score;
  /** Cohen's kappa (1960) of the words' types, `O` being one: over all words, and over those that at least one of the two has labelled. Null where chance alone leaves no room. */
  kappa: number | null;
  kappaOfLabelled: number | null;
  words: number;
  labelledWords: number;
  types: Record<string, TypeAgreement>;
}

export interface TypeAgreement extends TypeScore {
  /** Cohen's kappa of "this type or not", over all words. */
  kappa: number | null;
}

/** The spans of an annotator in a document. */
function spansOf({ spans, suggestions = [] }: Document, annotator: Annotator): readonly Span[] {
  return annotator === 'labels' ? spans : suggestions.filter(({ layer }) => layer === annotator.layer);
}

/**
 * Two annotators held against each other, `words` being those of the same documents. A layer holds only what is still open:
 * suggestions that were accepted are labels now, and what is left of the layer agrees less than all of it did.
 */
export function agreement(documents: readonly Document[], words: Words, first: Annotator, second: Annotator, among: Among = 'all'): Agreement {
  const pairs = pairsOf(documents, first, second, among);
  const own = pairs.map((pair) => pair.first);
  const other = pairs.map((pair) => pair.second);
  const scores = scoreSpans(own, other);
  const labels = countWordLabels(words, pairs);
  const labelled = labelledOnly(labels.counts);
  return {
    documents: pairs.length,
    spans: [total(own), total(other)],
    exact: scores.micro,
    boundary: scoreSpans(own.map(withoutTypes), other.map(withoutTypes)).micro,
    kappa: kappa(labels.counts),
    kappaOfLabelled: kappa(labelled),
    words: sum(labels.counts),
    labelledWords: sum(labelled),
    types: Object.fromEntries(Object.entries(scores.types).map(([type, score]) => [type, { ...score, kappa: kappa(oneAgainstRest(labels, type)) }])),
  };
}

/** 95 % interval of the exact F1, by drawing documents anew (see `bootstrapInterval`); takes about 20 ms for each 1,000 documents. Null without documents. */
export function agreementInterval(documents: readonly Document[], first: Annotator, second: Annotator, seed: number, among: Among = 'all'): Interval | null {
  const pairs = pairsOf(documents, first, second, among);
  return bootstrapInterval(countDocuments(pairs.map((pair) => pair.first), pairs.map((pair) => pair.second)), seed);
}

function pairsOf(documents: readonly Document[], first: Annotator, second: Annotator, among: Among): Pair[] {
  const pairs = documents.map((document, index) => ({ index, first: spansOf(document, first), second: spansOf(document, second) }));
  if (among === 'either') return pairs.filter((pair) => pair.first.length > 0 || pair.second.length > 0);
  if (among === 'both') return pairs.filter((pair) => pair.first.length > 0 && pair.second.length > 0);
  return pairs;
}

function withoutTypes(spans: readonly Span[]): Entity[] {
  return spans.map(({ start, end }) => ({ start, end, type: '' }));
}

function total(texts: readonly (readonly Span[])[]): number {
  return texts.reduce((count, spans) => count + spans.length, 0);
}

function sum(counts: readonly (readonly number[])[]): number {
  return counts.flat().reduce((before, count) => before + count, 0);
}
