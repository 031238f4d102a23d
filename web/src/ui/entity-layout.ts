import type { Span } from '../text/span.ts';

/** A stretch of text that is drawn alike: plain, or inside one box. */
export interface Piece<Mark extends Span = Span> {
  text: string;
  start: number;
  /** The span drawn as a box, if any. */
  box: Mark | null;
  runs: Run<Mark>[];
}

/** A stretch of a piece that the same spans cross. They are drawn as stacked underlines. */
export interface Run<Mark extends Span = Span> {
  text: string;
  start: number;
  under: Mark[];
  /** Those of them that end here, where their types are written. */
  ending: Mark[];
}

/**
 * How overlapping spans are drawn on one line: the longest become boxes, from left to right among equals, and whatever
 * crosses a box or lies inside it becomes an underline. Spans of the second list are boxes only where those of the first leave room.
 */
export function layOut<Mark extends Span>(text: string, spans: readonly Mark[], more: readonly Mark[] = []): Piece<Mark>[] {
  const valid = (list: readonly Mark[]) => list.filter((span) => span.start < span.end && span.start >= 0 && span.end <= text.length);
  const longestFirst = (list: Mark[]) => list.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const all = [...longestFirst(valid(spans)), ...longestFirst(valid(more))];
  const taken = new Uint8Array(text.length);
  const boxes: Mark[] = [];
  const others: Mark[] = [];
  for (const span of all) {
    if (taken[span.start] || taken[span.end - 1] || taken.subarray(span.start, span.end).includes(1)) others.push(span);
    else {
      taken.fill(1, span.start, span.end);
      boxes.push(span);
    }
  }
  boxes.sort((a, b) => a.start - b.start);

  const pieces: Piece<Mark>[] = [];
  let at = 0;
  const add = (end: number, box: Mark | null) => {
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

function cut<Mark extends Span>(text: string, start: number, end: number, spans: readonly Mark[]): Run<Mark>[] {
  const crossing = spans.filter((span) => span.start < end && span.end > start);
  if (crossing.length === 0) return [{ text: text.slice(start, end), start, under: [], ending: [] }];
  const inside = (at: number) => at > start && at < end;
  const edges = [...new Set([start, ...crossing.flatMap((span) => [span.start, span.end]).filter(inside), end])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] as number;
    return { text: text.slice(from, to), start: from, under: crossing.filter((span) => span.start < to && span.end > from), ending: crossing.filter((span) => span.end === to) };
  });
}
