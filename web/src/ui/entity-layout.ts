import type { Span } from '../text/span.ts';

/** A stretch of text that is drawn alike: plain, or inside one box. */
export interface Piece {
  text: string;
  start: number;
  /** The span drawn as a box, if any. */
  box: Span | null;
  /** The stretches of the piece, with the spans that overlap the box drawn as stacked underlines. */
  runs: { text: string; under: Span[] }[];
}

/**
 * How overlapping spans are drawn on one line: the longest become boxes, from left to right among equals, and whatever
 * crosses a box or lies inside it becomes an underline.
 */
export function layOut(text: string, spans: readonly Span[]): Piece[] {
  const valid = spans.filter((span) => span.start < span.end && span.start >= 0 && span.end <= text.length);
  const boxes: Span[] = [];
  for (const span of [...valid].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    if (boxes.every((box) => span.end <= box.start || span.start >= box.end)) boxes.push(span);
  }
  boxes.sort((a, b) => a.start - b.start);
  const others = valid.filter((span) => !boxes.includes(span));

  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, box: Span | null) => {
    if (end > at) pieces.push({ text: text.slice(at, end), start: at, box, runs: cut(text, at, end, others) });
    at = end;
  };
  for (const box of boxes) {
    add(box.start, null);
    add(box.end, box);
  }
  add(text.length, null);
  return pieces;
}

function cut(text: string, start: number, end: number, spans: readonly Span[]): Piece['runs'] {
  const inside = (at: number) => at > start && at < end;
  const edges = [...new Set([start, ...spans.flatMap((span) => [span.start, span.end]).filter(inside), end])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] as number;
    return { text: text.slice(from, to), under: spans.filter((span) => span.start < to && span.end > from) };
  });
}
