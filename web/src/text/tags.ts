import { lenientEntities } from './entities.ts';
import { compareCodePoints } from './order.ts';
import type { Span, SpanSource, WordRange } from './span.ts';

/** The labels of a tagger: `O`, then `B-` and `I-` of each type, types in the order of Python's `sorted`. */
export function bioLabels(types: Iterable<string>): string[] {
  const sorted = [...new Set(types)].sort(compareCodePoints);
  return ['O', ...sorted.flatMap((type) => [`B-${type}`, `I-${type}`])];
}

/** BIO tags of a text's words and what they could not say. */
export interface Tagging {
  /** One a word. */
  tags: string[];
  /** Spans that share a word with a longer one (of two equally long, the earlier stays) and so have no tags. */
  dropped: Span[];
  /** Spans that cut through a word and were widened to whole words. */
  widened: Span[];
  /** Spans that hold no word, only white space. */
  empty: Span[];
}

/** Number of the first word that ends after `offset`; the number of words where none does. */
export function firstWordEndingAfter(words: readonly WordRange[], offset: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]![1] > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A span with the numbers of its first and its last word. */
export interface PlacedSpan<S extends Span = Span> {
  span: S;
  first: number;
  last: number;
}

/** The order in which spans win over others that share a word with them: more words, then longer, then earlier, then by type. */
export function longestFirst(a: PlacedSpan, b: PlacedSpan): number {
  return (
    b.last - b.first - (a.last - a.first) || b.span.end - b.span.start - (a.span.end - a.span.start) || a.span.start - b.span.start || compareCodePoints(a.span.type, b.span.type)
  );
}

/** Numbers of the first and the last word that a span touches; null where it touches none. */
export function wordsUnder(words: readonly WordRange[], { start, end }: Pick<Span, 'start' | 'end'>): { first: number; last: number } | null {
  const first = firstWordEndingAfter(words, start);
  let last = first - 1;
  while (last + 1 < words.length && words[last + 1]![0] < end) last++;
  return last < first ? null : { first, last };
}

/** Spans as BIO tags over words, which are in order and do not overlap. Tags cannot nest: of spans that share a word the first of `longestFirst` stays; the others are `dropped`. */
export function spansToTags(words: readonly WordRange[], spans: readonly Span[]): Tagging {
  const tagging: Tagging = { tags: new Array<string>(words.length).fill('O'), dropped: [], widened: [], empty: [] };
  const placed: PlacedSpan[] = [];
  for (const span of spans) {
    const under = wordsUnder(words, span);
    if (under) placed.push({ span, ...under });
    else tagging.empty.push(span);
  }
  placed.sort(longestFirst);
  for (const { span, first, last } of placed) {
    if (tagging.tags.slice(first, last + 1).some((tag) => tag !== 'O')) {
      tagging.dropped.push(span);
      continue;
    }
    if (span.start > words[first]![0] || span.end < words[last]![1]) tagging.widened.push(span);
    tagging.tags[first] = `B-${span.type}`;
    tagging.tags.fill(`I-${span.type}`, first + 1, last + 1);
  }
  return tagging;
}

/**
 * Tags as spans from the start of the first word to the end of the last, read leniently: an `I-` without its `B-` begins a span.
 * With `probabilities`, one a word, a span's score is their mean over its words.
 */
export function tagsToSpans(
  words: readonly WordRange[],
  tags: readonly string[],
  source: SpanSource,
  probabilities?: ArrayLike<number>,
): Span[] {
  if (tags.length !== words.length) throw new Error(`${tags.length} tags for ${words.length} words: there must be one tag a word.`);
  return lenientEntities(tags).map(({ type, first, last }) => {
    const span: Span = { start: words[first]![0], end: words[last]![1], type, source };
    if (probabilities) {
      let sum = 0;
      for (let i = first; i <= last; i++) sum += probabilities[i]!;
      span.score = sum / (last - first + 1);
    }
    return span;
  });
}
