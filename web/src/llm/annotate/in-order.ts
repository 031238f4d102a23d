import type { FoundSpan } from './annotation.ts';

/** Spans in the order of the text, each place and type once: models repeat themselves. */
export function inOrder(spans: readonly FoundSpan[]): FoundSpan[] {
  const once = new Map<string, FoundSpan>();
  for (const span of spans) {
    const place = `${span.start} ${span.end} ${span.type}`;
    if (!once.has(place)) once.set(place, span);
  }
  return [...once.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/**
 * Takes out spans that hold or cross another. One pass through a text marks none such: they come from answers that
 * repeat themselves with other marks, and a longer one is then two of which each has lost a mark.
 */
export function withoutOverlaps(spans: readonly FoundSpan[]): { kept: FoundSpan[]; overlapping: FoundSpan[] } {
  const isDoubtful = (span: FoundSpan): boolean =>
    spans.some((other) => other.start < span.end && span.start < other.end && !(other.start <= span.start && span.end <= other.end));
  return { kept: spans.filter((span) => !isDoubtful(span)), overlapping: spans.filter(isDoubtful) };
}
