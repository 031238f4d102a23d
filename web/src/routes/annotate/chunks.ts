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

function nextSpace(text: string, from: number): number {
  const space = /\s/g;
  space.lastIndex = from;
  return space.exec(text)?.index ?? text.length;
}

const same = <Mark>(a: readonly Mark[], b: readonly Mark[]): boolean => a.length === b.length && a.every((mark, i) => mark === b[i]);

/**
 * Cuts a text into chunks at white space that no span crosses. A chunk in which nothing changed is the one of `before`, so
 * that an edit in a long text draws one chunk anew and not all.
 */
export function chunksOf<Mark extends Span>(text: string, labels: readonly Mark[], suggestions: readonly Mark[], before: readonly Chunk<Mark>[] = []): Chunk<Mark>[] {
  const crossed = (at: number): number => [...labels, ...suggestions].reduce((end, span) => (span.start < at && span.end > at ? Math.max(end, span.end) : end), 0);
  const known = new Map(before.map((chunk) => [chunk.start, chunk]));
  const chunks: Chunk<Mark>[] = [];
  for (let start = 0; start < text.length || start === 0; ) {
    let end = Math.min(start + SIZE, text.length);
    while (end < text.length) {
      end = nextSpace(text, end);
      const later = crossed(end);
      if (later === 0) break;
      end = later;
    }
    const within = (list: readonly Mark[]): Mark[] => list.filter((span) => span.start >= start && span.start < end);
    const chunk = { start, end, labels: within(labels), suggestions: within(suggestions) };
    const old = known.get(start);
    chunks.push(old && old.end === end && same(old.labels, chunk.labels) && same(old.suggestions, chunk.suggestions) ? old : chunk);
    if (end === start) break;
    start = end;
  }
  return chunks;
}
