import type { ReaderContext } from '../reader.ts';
import { acceptsText } from './shape.ts';
import type { ItemShape } from './shape.ts';
import { listedSpans, rawSpan, readSpans } from './spans.ts';
import { isObject } from './value.ts';
import type { Json } from './value.ts';

/**
 * doccano's JSONL (doccano: backend/data_export, "JSONL"): `label` (before 1.5 also `labels`) has [start, end, type], and where
 * relations are annotated `entities` has objects with start_offset and end_offset. Offsets are code points, as in its Python back end.
 */
export function doccanoShape(context: ReaderContext): ItemShape {
  return {
    format: 'doccano',
    matches: (item) => typeof item['text'] === 'string' && !Array.isArray(item['spans']) && isDoccano(item),
    read(item, place) {
      const text = item['text'] as string;
      if (!acceptsText(text, context, place)) return null;
      const spans = readSpans(listedSpans(item, ['label', 'labels', 'entities']).map(rawSpan), { text, line: place.line }, context);
      return { text, spans, split: item['split'] };
    },
  };
}

function isDoccano({ label, labels, entities }: Json): boolean {
  if (Array.isArray(label) || Array.isArray(labels)) return true;
  return Array.isArray(entities) && isObject(entities[0]) && 'start_offset' in entities[0];
}
