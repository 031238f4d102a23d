import { compareCodePoints } from '../../text/order.ts';
import { longestFirst, type PlacedSpan } from '../../text/tags.ts';
import type { Random } from '../random.ts';

/**
 * What becomes of spans that share a word. `longest`, `score` and `random` keep one of them: that with most words, that with the
 * highest score (none counts as sure), or one drawn at random, which is the baseline of Naraki et al. `mix` keeps all; a
 * training then mixes their labels.
 */
export const OVERLAP_POLICIES = ['longest', 'random', 'score', 'mix'] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** Spans in the order in which they are kept; the order they come in does not matter. `random` is asked by the policy of that name alone. */
export function inOrderOf<S extends PlacedSpan>(policy: OverlapPolicy, placed: readonly S[], random: () => Random): S[] {
  if (policy === 'random') return random().shuffle(placed.toSorted(byPlace));
  if (policy === 'score') return placed.toSorted((a, b) => (b.span.score ?? 1) - (a.span.score ?? 1) || longestFirst(a, b));
  return placed.toSorted(longestFirst);
}

function byPlace(a: PlacedSpan, b: PlacedSpan): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || compareCodePoints(a.span.type, b.span.type);
}
