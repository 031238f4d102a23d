import type { Span, WordRange } from './span.ts';
import { firstWordEndingAfter } from './tags.ts';

/**
 * Words of a text and pieces that are none, so that the first stands at the start of the text and every span begins and ends within one of them.
 * Formats that place everything by tokens need them: WebAnno TSV knows no text before the first token and no span that ends between two.
 */
export function coverWords(text: string, words: readonly WordRange[], spans: readonly Pick<Span, 'start' | 'end'>[]): WordRange[] {
  const pieces: WordRange[] = [];
  const first = words[0]?.[0] ?? text.length;
  if (first > 0) pieces.push([0, first]);
  for (const { start, end } of spans) {
    const next = words[firstWordEndingAfter(words, start)];
    if (!next || next[0] > start) pieces.push([start, Math.min(end, next?.[0] ?? text.length)]);
    const at = firstWordEndingAfter(words, end - 1);
    const last = words[at];
    if (!last || last[0] >= end) pieces.push([Math.max(start, words[at - 1]?.[1] ?? 0), end]);
  }
  return [...words, ...united(pieces)].sort((a, b) => a[0] - b[0]);
}

/** Ranges that overlap as one. */
function united(ranges: WordRange[]): WordRange[] {
  const result: WordRange[] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && start < before[1]) result[result.length - 1] = [before[0], Math.max(before[1], end)];
    else result.push([start, end]);
  }
  return result;
}
