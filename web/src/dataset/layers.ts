import { editOf, type Change } from './change.ts';
import type { Dataset, Document, Layer, Suggestion } from './document.ts';

interface Placed {
  position: number;
  document: Document;
}

/**
 * Brings in a layer with its suggestions.
 * @param suggestions by the place of their document; those that a document has of other layers stay.
 */
export function addingLayer({ layers }: Dataset, documents: readonly Placed[], layer: Layer, suggestions: ReadonlyMap<number, readonly Suggestion[]>, what: string, at: number): Change {
  const edits = documents.flatMap(({ position, document }) => {
    const added = suggestions.get(position) ?? [];
    if (added.length === 0) return [];
    return editOf(position, document, { ...document, suggestions: [...(document.suggestions ?? []), ...added] }) ?? [];
  });
  return { what, at, documents: edits, layers: { before: layers, after: [...layers.filter(({ id }) => id !== layer.id), layer] } };
}

/** Takes a layer away with its suggestions that are still open; those that were accepted are labels and stay. */
export function removingLayer({ layers }: Dataset, documents: readonly Placed[], layer: string, what: string, at: number): Change {
  const edits = documents.flatMap(({ position, document }) => {
    const kept = (document.suggestions ?? []).filter((suggestion) => suggestion.layer !== layer);
    if (kept.length === (document.suggestions?.length ?? 0)) return [];
    const { suggestions: _, ...rest } = document;
    return editOf(position, document, kept.length > 0 ? { ...rest, suggestions: kept } : rest) ?? [];
  });
  return { what, at, documents: edits, layers: { before: layers, after: layers.filter(({ id }) => id !== layer) } };
}
