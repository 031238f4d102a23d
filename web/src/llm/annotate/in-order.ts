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
