import type { Span } from '../../text/span.ts';

/** A stretch of a text that is drawn by itself, with what lies in it. Offsets of its spans are the whole text's. */
export interface Chunk<Mark extends Span = Span> {
  start: number;
  end: number;
  labels: readonly Mark[];
  suggestions: readonly Mark[];
}

/** About this many UTF-16 units a chunk: small enough to be drawn anew for every key. */
const SIZE = 600;

const same = <Mark>(a: readonly Mark[], b: readonly Mark[]): boolean => a.length === b.length && a.every((mark, i) => mark === b[i]);

/**
 * Cuts a text into chunks behind white space that no span crosses. A chunk in which nothing changed is the one of `before`, so
 * that an edit in a long text draws one chunk anew and not all.
 */
export function chunksOf<Mark extends Span>(text: string, labels: readonly Mark[], suggestions: readonly Mark[], before: readonly Chunk<Mark>[] = []): Chunk<Mark>[] {
  const known = new Map(before.map((chunk) => [chunk.start, chunk]));
  const starts = [0, ...cutsOf(text).filter((at) => [labels, suggestions].every((list) => list.every((span) => span.start >= at || span.end <= at)))];
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? text.length;
    const within = (list: readonly Mark[]): Mark[] => list.filter((span) => span.start >= start && span.start < end);
    const chunk = { start, end, labels: within(labels), suggestions: within(suggestions) };
    const old = known.get(start);
    return old && old.end === end && same(old.labels, chunk.labels) && same(old.suggestions, chunk.suggestions) ? old : chunk;
  });
}

/** White space after a sentence or a line, where a reader would not mind a new paragraph. */
const PAUSE = /(?:\n|[.!?…。！？]\S{0,2})\s+/gu;
const SPACE = /\s+/gu;

/** Where a text can be cut: after a sentence if one ends soon, else after white space. It depends on the text alone, so that a span that is in the way moves no other cut. */
function cutsOf(text: string): number[] {
  const cuts: number[] = [];
  const after = (pattern: RegExp, from: number): number => {
    pattern.lastIndex = from;
    const found = pattern.exec(text);
    return found ? found.index + found[0].length : Infinity;
  };
  for (let at = SIZE; at < text.length; at = (cuts.at(-1) ?? 0) + SIZE) {
    const pause = after(PAUSE, at);
    const cut = pause < at + SIZE ? pause : after(SPACE, at);
    if (cut >= text.length) break;
    cuts.push(cut);
  }
  return cuts;
}
