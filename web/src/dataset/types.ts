import { compareCodePoints } from '../text/order.ts';
import type { Span } from '../text/span.ts';
import type { Document, EntityType } from './document.ts';

/** Hues in degrees of the first twelve types: each as far as can be from those before it, neighbours in the list never neighbours on the circle. */
const HUES = [255, 75, 165, 345, 210, 30, 120, 300, 232, 52, 187, 7];

/** 360° divided by the golden ratio squared: never comes back to the same place. */
const GOLDEN_ANGLE = 137.508;

/** The hue of the type at a place in the list. */
export function hueOf(index: number): number {
  return HUES[index] ?? Math.round((HUES[0]! + 15 + index * GOLDEN_ANGLE) % 360);
}

/** The types of documents, the most frequent first, with colours; definitions are for the user to write. Types already known keep theirs. */
export function collectTypes(documents: Iterable<Pick<Document, 'spans'>>, known: readonly EntityType[] = []): EntityType[] {
  const counts = new Map<string, number>();
  for (const { spans } of documents) countTypes(spans, counts);
  return typesOf(counts, known);
}

/** Adds the types of spans to counts by type. */
export function countTypes(spans: readonly Pick<Span, 'type'>[], counts: Map<string, number>): void {
  for (const { type } of spans) counts.set(type, (counts.get(type) ?? 0) + 1);
}

/** The same from counts by type. */
export function typesOf(counts: ReadonlyMap<string, number>, known: readonly EntityType[] = []): EntityType[] {
  const there = new Set(known.map(({ name }) => name));
  const names = [...counts].filter(([name]) => !there.has(name)).sort(([a, x], [b, y]) => y - x || compareCodePoints(a, b)).map(([name]) => name);
  return [...known, ...names.map((name, i) => ({ name, definition: '', colour: hueOf(known.length + i) }))];
}
