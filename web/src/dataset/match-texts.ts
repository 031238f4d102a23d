import type { Document, Suggestion } from './document.ts';
import type { Placed } from './placed.ts';

/** Labels of other documents, brought to the documents of the same text. */
export interface Matched {
  /** By the place of their document, as suggestions of the layer. */
  suggestions: Map<number, Suggestion[]>;
  /** Documents that were found here, with spans or without, and those that were not. */
  found: number;
  missing: number;
  spans: number;
  /** Texts of the first that were not found. */
  examples: string[];
}

const EXAMPLES = 3;

/**
 * Finds for each document the one here with exactly its text; of several with one text the first belongs to the first, and so on.
 * Its labels become suggestions of a layer, with scores and notes as they are.
 */
export function matchTexts(here: readonly Placed[], others: readonly Document[], layer: string): Matched {
  const places = new Map<string, number[]>();
  for (const { position, document } of here) {
    const own = places.get(document.text);
    if (own) own.push(position);
    else places.set(document.text, [position]);
  }
  const taken = new Map<string, number>();
  const matched: Matched = { suggestions: new Map(), found: 0, missing: 0, spans: 0, examples: [] };
  for (const { text, spans } of others) {
    const nth = taken.get(text) ?? 0;
    const position = places.get(text)?.[nth];
    if (position === undefined) {
      matched.missing++;
      if (matched.examples.length < EXAMPLES) matched.examples.push(text);
      continue;
    }
    taken.set(text, nth + 1);
    matched.found++;
    matched.spans += spans.length;
    if (spans.length > 0) matched.suggestions.set(position, spans.map((span) => ({ ...span, layer })));
  }
  return matched;
}
