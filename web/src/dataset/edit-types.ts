import { editOf, type Change, type DocumentChange } from './change.ts';
import type { Document, EntityType } from './document.ts';
import type { Placed } from './placed.ts';
import type { Span } from '../text/span.ts';

/** What a step of the history is called, and when it was made, in milliseconds since 1970. */
type Naming = Pick<Change, 'what' | 'at'>;

/** Changes a type; with another name, every label and suggestion of it gets that name. */
export function changingType(types: EntityType[], documents: readonly Placed[], name: string, type: EntityType, naming: Naming): Change {
  const after = types.map((other) => (other.name === name ? type : other));
  return { ...naming, documents: name === type.name ? [] : retype(documents, name, type.name), types: { before: types, after } };
}

/** Takes a type out of the list; its labels and suggestions go with it, or become those of another type. */
export function removingType(types: EntityType[], documents: readonly Placed[], name: string, into: string | null, naming: Naming): Change {
  return { ...naming, documents: retype(documents, name, into), types: { before: types, after: types.filter((other) => other.name !== name) } };
}

/** Moves a type to another place in the list. */
export function movingType(types: EntityType[], from: number, to: number, naming: Naming): Change {
  const after = [...types];
  after.splice(to, 0, ...after.splice(from, 1));
  return { ...naming, documents: [], types: { before: types, after } };
}

/** How many labels and how many suggestions have a type. */
export function countType(documents: readonly Placed[], name: string): { labels: number; suggestions: number } {
  let [labels, suggestions] = [0, 0];
  for (const { document } of documents) {
    for (const { type } of document.spans) if (type === name) labels++;
    for (const { type } of document.suggestions ?? []) if (type === name) suggestions++;
  }
  return { labels, suggestions };
}

function retype(documents: readonly Placed[], from: string, to: string | null): DocumentChange[] {
  return documents.flatMap(({ position, document }) => editOf(position, document, retyped(document, from, to)) ?? []);
}

function retyped(document: Document, from: string, to: string | null): Document {
  const isOf = ({ type }: Span): boolean => type === from;
  const { spans, suggestions = [] } = document;
  const result = { ...document };
  if (spans.some(isOf)) result.spans = withType(spans, from, to);
  if (suggestions.some(isOf)) {
    const left = withType(suggestions, from, to);
    if (left.length > 0) result.suggestions = left;
    else delete result.suggestions;
  }
  return result;
}

/** Two spans of one place that get the same type become one. */
function withType<T extends Span & { layer?: string }>(spans: readonly T[], from: string, to: string | null): T[] {
  if (to === null) return spans.filter(({ type }) => type !== from);
  const same = (a: T, b: T): boolean => a.start === b.start && a.end === b.end && a.layer === b.layer;
  return spans.flatMap((span) => {
    if (span.type !== from) return [span];
    return spans.some((other) => other.type === to && same(other, span)) ? [] : [{ ...span, type: to }];
  });
}
