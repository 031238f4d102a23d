import type { SpanSource } from '../../../text/span.ts';
import type { Suggestion } from '../../document.ts';
import type { ReaderContext } from '../reader.ts';
import { offsetsOf, readRegions } from './label-studio-regions.ts';
import type { Region } from './label-studio-regions.ts';
import { acceptsText } from './shape.ts';
import type { ItemShape } from './shape.ts';
import { readSpans } from './spans.ts';
import type { SpanTarget } from './spans.ts';
import { isObject } from './value.ts';
import type { Json } from './value.ts';

/**
 * Label Studio's tasks (labelstud.io/guide/task_format), and its JSON_MIN export, where a task's data and labels lie side by side. The
 * first annotation that was not cancelled gives the spans; each further annotator and each model is a layer of suggestions.
 */
export function labelStudioShape(context: ReaderContext): ItemShape {
  return {
    format: 'label-studio',
    matches: (item) => isObject(item['data']) || isMinimal(item),
    read(item, place) {
      const { builder } = context;
      const task = isObject(item['data']) ? fullTask(item, item['data']) : minimalTask(item);
      const named = task.text;
      if (named === undefined) {
        place.problem('No text in "data": expected {"data": {"text": …}, "annotations": […]}.');
        return null;
      }
      if (task.cancelled) {
        builder.repair('rejected-text', place.line, named);
        return null;
      }
      if (!acceptsText(named, context, place)) return null;
      const sets = task.sets.map((set) => ({ ...set, regions: readRegions(set.results, builder, place.line) }));
      const toUtf16 = offsetsOf(named, sets.flatMap(({ regions }) => regions), builder, place.line);
      const target = { text: named, line: place.line, toUtf16 };
      const spans = readSpans(sets.filter(({ layer }) => layer === null).flatMap(({ regions }) => regions), target, context);
      const suggestions = readLayers(sets, target, context);
      return { text: named, spans, ...(suggestions.length ? { suggestions } : {}), split: task.split };
    },
  };
}

/** The regions of one annotation or prediction. */
interface ResultSet {
  /** Null where they are labels. */
  layer: string | null;
  source: SpanSource;
  results: unknown[];
}

interface Task {
  text: string | undefined;
  split: unknown;
  /** Whether every annotator skipped it. */
  cancelled: boolean;
  sets: ResultSet[];
}

function fullTask(item: Json, data: Json): Task {
  // `completions` is what annotations were called before 1.0.
  const annotations = objects(item['annotations'] ?? item['completions']);
  const done = annotations.filter((annotation) => !annotation['was_cancelled'] && !annotation['skipped']);
  const sets: ResultSet[] = [
    ...done.map((annotation, i): ResultSet => ({ layer: i ? annotator(annotation, i) : null, source: 'manual', results: list(annotation['result']) })),
    ...objects(item['predictions']).map((prediction): ResultSet => ({ layer: model(prediction), source: 'model', results: list(prediction['result']) })),
  ];
  return { text: textOf(data, sets), split: data['split'] ?? item['split'], cancelled: annotations.length > 0 && !done.length, sets };
}

function minimalTask(item: Json): Task {
  const results = Object.values(item)
    .filter((value) => Array.isArray(value) && hasLabels(value))
    .flatMap((values) => (values as unknown[]).map((value) => ({ value })));
  const sets: ResultSet[] = [{ layer: null, source: 'manual', results }];
  const { created_at: _created, updated_at: _updated, ...data } = item;
  return { text: textOf(data, []), split: item['split'], cancelled: false, sets };
}

function isMinimal(item: Json): boolean {
  return 'annotation_id' in item || Object.values(item).some((value) => Array.isArray(value) && hasLabels(value));
}

function hasLabels(values: readonly unknown[]): boolean {
  return isObject(values[0]) && (Array.isArray(values[0]['labels']) || Array.isArray(values[0]['hypertextlabels']));
}

/** The column that the labels point at by its name, else `text`, else the only column that is a string. */
function textOf(data: Json, sets: readonly ResultSet[]): string | undefined {
  const target = sets.flatMap(({ results }) => results).find((result) => isObject(result) && typeof result['to_name'] === 'string') as Json | undefined;
  for (const key of [target?.['to_name'], 'text']) {
    const text = typeof key === 'string' && Object.hasOwn(data, key) ? data[key] : undefined;
    if (typeof text === 'string') return text;
  }
  const strings = Object.entries(data).filter(([key, value]) => key !== 'split' && typeof value === 'string');
  return strings.length === 1 ? (strings[0]![1] as string) : undefined;
}

function annotator({ completed_by: by }: Json, index: number): string {
  const id = isObject(by) ? by['id'] : by;
  return `annotator ${typeof id === 'number' || typeof id === 'string' ? id : index + 1}`;
}

function model({ model_version: version }: Json): string {
  return typeof version === 'string' || typeof version === 'number' ? String(version).trim() || 'predictions' : 'predictions';
}

function readLayers(sets: readonly (ResultSet & { regions: Region[] })[], target: SpanTarget, context: ReaderContext): Suggestion[] {
  const layers = Map.groupBy(sets.filter(({ layer }) => layer !== null), ({ layer }) => layer!);
  return [...layers].flatMap(([layer, own]) => {
    const spans = readSpans(own.flatMap(({ regions }) => regions), { ...target, source: own[0]!.source }, context);
    if (spans[0]) context.builder.layer(layer, spans[0].source);
    return spans.map((span) => ({ ...span, layer }));
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function objects(value: unknown): Json[] {
  return list(value).filter(isObject);
}
