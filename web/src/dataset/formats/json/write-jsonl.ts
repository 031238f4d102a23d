import { utf16ToCodePoints } from '../../../text/offsets.ts';
import type { Span } from '../../../text/span.ts';
import type { Document } from '../../document.ts';
import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { layerNames } from './layer-names.ts';
import type { Json } from './value.ts';
import { asLines } from './write-lines.ts';

/** Everything of a data set's documents, in a form that spaCy and Prodigy read too (see `jsonlShape`). */
export const jsonlWriter: FormatWriter = {
  format: 'jsonl',
  ending: 'jsonl',
  mediaType: 'application/x-ndjson',
  holds: { spans: 'any', text: 'exact', words: true, scores: true, notes: true, sources: true, splits: true, suggestions: true },
  write({ documents, layers, language }) {
    const nameOf = layerNames(layers);
    return asLines(holdAll(documents, this.holds, language), (document) => itemOf(document, nameOf));
  },
};

/** A document as an item of our JSONL; what it does not have is undefined. */
export function itemOf({ text, words, spans, suggestions, split }: Document, nameOf: (layer: string) => string): Json {
  const toPoints = utf16ToCodePoints(text);
  const entryOf = ({ start, end, type, score, note }: Span): object => ({ start: toPoints(start), end: toPoints(end), label: type, score, note });
  return {
    text,
    spans: spans.map((span) => ({ ...entryOf(span), source: span.source === 'manual' ? undefined : span.source })),
    // `ws`: whether a space follows, from which Prodigy and spaCy build the text again.
    tokens: words?.map(([start, end], id) => ({ text: text.slice(start, end), start: toPoints(start), end: toPoints(end), id, ws: text.charAt(end) === ' ' })),
    suggestions: suggestions?.map((span) => ({ ...entryOf(span), source: span.source, layer: nameOf(span.layer) })),
    split,
  };
}
