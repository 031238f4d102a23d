import { compareAnnotators, type ComparedAnnotators } from './compare-annotators.ts';
import type { Entity } from './match.ts';
import type { Score } from './score.ts';
import { scoreSpans } from './score-spans.ts';

/** A type of the texts, as each of two taggers finds it. */
export interface ComparedType {
  type: string;
  /** Gold entities. */
  support: number;
  scores: [Score, Score];
}

/** Two taggers on the same labelled texts. */
export interface ComparedTaggers {
  /** The first, then the second; the difference is the second's F1 less the first's. */
  overall: ComparedAnnotators;
  /** In the order of their names. */
  types: ComparedType[];
  /** Types that a tagger found and the texts are not labelled for; these finds count neither for nor against it. */
  leftOut: [string[], string[]];
}

/**
 * Compares what two taggers find, one list a text, on the types that the texts are labelled for.
 * @throws where there is no text, or lists are of different lengths
 */
export function compareTaggers(gold: readonly (readonly Entity[])[], found: readonly [readonly (readonly Entity[])[], readonly (readonly Entity[])[]], labelledTypes: readonly string[], seed = 1): ComparedTaggers {
  const known = new Set([...labelledTypes, ...gold.flat().map(({ type }) => type)]);
  const both = <T>(each: (spans: readonly (readonly Entity[])[]) => T): [T, T] => [each(found[0]), each(found[1])];
  const counted = both((texts) => texts.map((spans) => spans.filter(({ type }) => known.has(type))));
  const scores = counted.map((spans) => scoreSpans(gold, spans).types);
  const none = { precision: 0, recall: 0, f1: 0, support: 0 };
  const types = [...new Set(scores.flatMap(Object.keys))].sort().map((type): ComparedType => {
    const [first, second] = scores.map((each) => each[type] ?? none) as [typeof none, typeof none];
    return { type, support: Math.max(first.support, second.support), scores: [first, second] };
  });
  return {
    overall: compareAnnotators(gold, counted, seed),
    types,
    leftOut: both((texts) => [...new Set(texts.flat().map(({ type }) => type))].filter((type) => !known.has(type)).sort()),
  };
}
