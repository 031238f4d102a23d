import type { Span, WordRange } from '../../text/span.ts';
import { wordsUnder, type PlacedSpan } from '../../text/tags.ts';
import type { Random } from '../random.ts';
import { inOrderOf, type OverlapPolicy } from './policy.ts';

/** What became of proposed spans: each is in one of the lists, in the order they came. */
export interface Settled<S extends Span> {
  kept: S[];
  /** Say what a given span, or one that is kept, says already: same range, same type. */
  same: S[];
  /** Share a word with a given span. */
  covered: S[];
  /** Share a word with another proposed span that was preferred. */
  lost: S[];
  /** Hold no word, only white space. */
  wordless: S[];
}

/**
 * Settles which proposed spans stand beside those that are given. A given span is never touched: what shares a word with one goes (Naraki et
 * al.: labels made by hand have priority). Proposed spans that share a word with each other are settled by `policy`. Words decide, not
 * characters, because a tagger labels words. `random` is asked for only where something has to be drawn.
 */
export function settleOverlaps<S extends Span>(words: readonly WordRange[], given: readonly Span[], proposed: readonly S[], policy: OverlapPolicy, random: () => Random): Settled<S> {
  const fates = new Map<S, keyof Settled<S>>();
  const said = new Set(given.map(keyOf));
  const byHand = new Set<number>();
  for (const span of given) for (const word of numbers(wordsUnder(words, span))) byHand.add(word);

  const candidates: PlacedSpan<S>[] = [];
  const best = new Map<string, S>();
  for (const span of proposed) {
    const known = best.get(keyOf(span));
    if (!known || (span.score ?? 1) > (known.score ?? 1)) best.set(keyOf(span), span);
  }
  for (const span of proposed) {
    const under = wordsUnder(words, span);
    if (said.has(keyOf(span)) || best.get(keyOf(span)) !== span) fates.set(span, 'same');
    else if (!under) fates.set(span, 'wordless');
    else if (numbers(under).some((word) => byHand.has(word))) fates.set(span, 'covered');
    else candidates.push({ span, ...under });
  }

  const taken = new Set<number>();
  const open = policy !== 'mix' && shareWords(candidates);
  for (const { span, first, last } of open ? inOrderOf(policy, candidates, random) : candidates) {
    const words = numbers({ first, last });
    if (open && words.some((word) => taken.has(word))) fates.set(span, 'lost');
    else {
      fates.set(span, 'kept');
      for (const word of words) taken.add(word);
    }
  }
  const settled: Settled<S> = { kept: [], same: [], covered: [], lost: [], wordless: [] };
  for (const span of proposed) settled[fates.get(span)!].push(span);
  return settled;
}

/** Whether any two spans share a word. */
function shareWords(placed: readonly PlacedSpan[]): boolean {
  let reached = -1;
  return placed.toSorted((a, b) => a.first - b.first).some(({ first, last }) => {
    const shares = first <= reached;
    reached = Math.max(reached, last);
    return shares;
  });
}

function numbers(under: { first: number; last: number } | null): number[] {
  return under ? Array.from({ length: under.last - under.first + 1 }, (_, i) => under.first + i) : [];
}

/** Equal for spans that say the same. */
export function keyOf({ start, end, type }: Span): string {
  return `${start} ${end} ${type}`;
}
