import type { Span } from '../../text/span.ts';

/** A stretch of text under at most one gold span and over at most one predicted span. */
export interface InterlinearPiece {
  text: string;
  start: number;
  gold: Span | null;
  predicted: Span | null;
}

/** Cuts a text at every edge of either side. Of overlapping spans on one side the first is drawn. */
export function interlinear(text: string, gold: readonly Span[], predicted: readonly Span[]): InterlinearPiece[] {
  const inside = (at: number) => at > 0 && at < text.length;
  const edges = [...gold, ...predicted].flatMap((span) => [span.start, span.end]).filter(inside);
  const cuts = [...new Set([0, ...edges, text.length])].sort((a, b) => a - b);
  const at = (spans: readonly Span[], from: number, to: number) => spans.find((span) => span.start < to && span.end > from) ?? null;
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1] as number;
    return { text: text.slice(start, end), start, gold: at(gold, start, end), predicted: at(predicted, start, end) };
  });
}
