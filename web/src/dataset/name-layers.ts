import type { Document, Layer } from './document.ts';
import type { SpanSource } from '../text/span.ts';

/** A layer as a file names it. */
export type NamedLayer = Pick<Layer, 'name' | 'source'>;

export interface Layered {
  documents: Document[];
  /** Those that were known, then those that are new. */
  layers: Layer[];
}

/**
 * Documents as a file gives them, where `layer` of a suggestion is a name, with ids of layers in its place. A layer of the same name
 * and source that is known takes them; others are made.
 */
export function nameLayers(documents: readonly Document[], named: readonly NamedLayer[], known: readonly Layer[], make: (name: string, source: SpanSource) => Layer): Layered {
  const layers = [...known];
  const ids = new Map<string, string>();
  const idOf = (name: string, source: SpanSource): string => {
    let id = ids.get(name);
    if (id !== undefined) return id;
    let layer = known.find((other) => other.name === name && other.source === source);
    if (!layer) layers.push((layer = make(name, source)));
    ids.set(name, (id = layer.id));
    return id;
  };
  for (const { name, source } of named) idOf(name, source);
  return {
    documents: documents.map((document) =>
      document.suggestions ? { ...document, suggestions: document.suggestions.map((suggestion) => ({ ...suggestion, layer: idOf(suggestion.layer, suggestion.source) })) } : document,
    ),
    layers,
  };
}
