import type { FoundSpan } from './annotation.ts';

/** Spans in the order of the text, each place and type once: models repeat themselves. */
export function inOrder(spans: readonly FoundSpan[]): FoundSpan[] {
  const once = new Map(spans.toReversed().map((span) => [`${span.start} ${span.end} ${span.type}`, span]));
  return [...once.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
