import type { Document, Layer } from './document.ts';
import type { SpanSource } from '../text/span.ts';

/** A layer as a file names it. */
export type NamedLayer = Pick<Layer, 'name' | 'source'>;

export interface LayerNaming {
  /** Those that were known, then those that are new: all once every document was given. */
  layers: Layer[];
  /** A document with ids of layers in the place of their names. */
  named(document: Document): Document;
}

/**
 * Gives layers to documents as a file gives them, where `layer` of a suggestion is a name. A layer of the same name and source that
 * is known takes them; others are made.
 */
export function nameLayers(said: readonly NamedLayer[], known: readonly Layer[], make: (name: string, source: SpanSource) => Layer): LayerNaming {
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
  for (const { name, source } of said) idOf(name, source);
  return {
    layers,
    named: (document) => (document.suggestions ? { ...document, suggestions: document.suggestions.map((suggestion) => ({ ...suggestion, layer: idOf(suggestion.layer, suggestion.source) })) } : document),
  };
}
