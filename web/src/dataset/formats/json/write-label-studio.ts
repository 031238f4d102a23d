import { utf16ToCodePoints } from '../../../text/offsets.ts';
import type { Span, SpanSource } from '../../../text/span.ts';
import type { Document } from '../../document.ts';
import type { FormatWriter } from '../format.ts';
import { byLayer, holdAll } from '../hold.ts';
import { layerNames } from './layer-names.ts';
import { asArray } from './write-lines.ts';

/**
 * Tasks for a Label Studio project with `<Labels name="label" toName="text">` and `<Text name="text" value="$text">`. Spans are an
 * annotation, each layer of suggestions a prediction. Notes lie where its editor keeps those of a region, and sources beside them.
 */
export const labelStudioWriter: FormatWriter = {
  format: 'label-studio',
  ending: 'json',
  mediaType: 'application/json',
  holds: { spans: 'any', text: 'exact', words: false, scores: true, notes: true, sources: true, splits: true, suggestions: true },
  write({ documents, layers, language }) {
    const nameOf = layerNames(layers);
    return asArray(holdAll(documents, this.holds, language), (document, i) => taskOf(document, i + 1, nameOf));
  },
};

/** A text without spans has no annotation: it is still to be labelled. Its converters (label-studio-sdk) want a task's id; an import gives new ones. */
function taskOf({ text, spans, suggestions = [], split }: Document, id: number, nameOf: (layer: string) => string): unknown {
  const toPoints = utf16ToCodePoints(text);
  let regions = 0;
  const result = (span: Span, usual: SpanSource): unknown => {
    const { start, end, type, score, note, source } = span;
    const meta = note !== undefined || source !== usual ? { text: note === undefined ? undefined : [note], source: source === usual ? undefined : source } : undefined;
    const value = { start: toPoints(start), end: toPoints(end), text: text.slice(start, end), labels: [type] };
    return { id: `region-${++regions}`, from_name: 'label', to_name: 'text', type: 'labels', value, score, meta };
  };
  return {
    id,
    data: { text, split },
    annotations: spans.length ? [{ result: spans.map((span) => result(span, 'manual')) }] : [],
    predictions: byLayer(suggestions).map((layer) => ({
      model_version: nameOf(layer[0]!.layer),
      score: lowest(layer),
      result: layer.map((span) => result(span, 'model')),
    })),
  };
}

/** By this number its list of tasks can be sorted: the least certain first. */
function lowest(spans: readonly Span[]): number | undefined {
  const scores = spans.flatMap(({ score }) => score ?? []);
  return scores.length ? Math.min(...scores) : undefined;
}
