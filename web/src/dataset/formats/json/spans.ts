import { codePointsToUtf16 } from '../../../text/offsets.ts';
import type { Span, SpanSource } from '../../../text/span.ts';
import type { ReaderContext } from '../reader.ts';
import { describe, isObject } from './value.ts';
import type { Json } from './value.ts';

/** What a file says of a span, not yet believed. */
export interface RawSpan {
  start: unknown;
  end: unknown;
  label: unknown;
  score?: unknown;
  source?: unknown;
  note?: unknown;
  /** As it stands in the file. */
  entry: unknown;
}

/** An entry of a list of spans: [start, end, label] or an object with these under their usual names. */
export function rawSpan(entry: unknown): RawSpan {
  if (Array.isArray(entry)) return { start: entry[0], end: entry[1], label: entry[2], entry };
  if (!isObject(entry)) return { start: undefined, end: undefined, label: undefined, entry };
  const { start = entry['start_offset'], end = entry['end_offset'], label = entry['type'], score, source, note } = entry;
  return { start, end, label, score, source, note, entry };
}

/** The first list of spans under one of these keys that has any. */
export function listedSpans(item: Json, keys: readonly string[]): unknown[] {
  const lists = keys.map((key) => item[key]).filter((list) => Array.isArray(list)) as unknown[][];
  return (lists.find((list) => list.length) ?? []).flatMap(byLabel);
}

/** Regions of Label Studio, which are cells of its CSV, have a list of labels: an entry for each. */
function byLabel(entry: unknown): unknown[] {
  if (!isObject(entry) || 'label' in entry || !Array.isArray(entry['labels']) || !entry['labels'].length) return [entry];
  return entry['labels'].map((label: unknown) => ({ ...entry, label }));
}

/** The text that spans are of. */
export interface SpanTarget {
  text: string;
  line: number;
  /** A span's source where it names none; that of the import unless told. */
  source?: SpanSource;
  /** UTF-16 offset of an offset of the file; code points are counted unless told. */
  toUtf16?: (offset: number) => number;
}

const SOURCES: readonly SpanSource[] = ['manual', 'llm', 'generated', 'model'];

function isSource(value: unknown): value is SpanSource {
  return SOURCES.some((source) => source === value);
}

/** Spans that fit their text, each once. The others are reported and none is shifted. */
export function readSpans(raw: Iterable<RawSpan>, target: SpanTarget, { builder, source: usual }: ReaderContext): Span[] {
  const { text, line, source = usual, toUtf16 = codePointsToUtf16(text) } = target;
  const spans = new Map<string, Span>();
  for (const { start, end, label, score, source: named, note, entry } of raw) {
    if (!isWhole(start) || !isWhole(end)) {
      builder.repair('invalid-span', line, `start and end are not whole numbers: ${describe(entry)}`);
      continue;
    }
    const type = typeof label === 'string' ? label.trim() : '';
    const span: Span = { start: toUtf16(start), end: toUtf16(end), type, source: isSource(named) ? named : source };
    const wrong = !type ? 'it has no label' : start < 0 || start >= end ? 'start is not before end' : span.end > text.length ? 'it ends after the text' : '';
    if (wrong) {
      builder.repair('invalid-span', line, `${wrong}: ${describe(entry)}`);
      continue;
    }
    const key = `${span.start} ${span.end} ${type}`;
    if (spans.has(key)) {
      builder.repair('duplicate-span', line, `${start} ${end} ${type}`);
      continue;
    }
    if (typeof score === 'number' && score >= 0 && score <= 1) span.score = score;
    if (typeof note === 'string' && note) span.note = note;
    spans.set(key, span);
  }
  return [...spans.values()];
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
