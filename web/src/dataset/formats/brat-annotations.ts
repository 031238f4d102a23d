import { codePointsToUtf16 } from '../../text/offsets.ts';
import type { Span, SpanSource } from '../../text/span.ts';
import { shorten } from './report.ts';
import type { ReportBuilder } from './report.ts';

/** What the spans of an .ann file need besides it. */
interface AnnotationContext {
  /** The file, for messages. */
  path: string;
  text: string;
  /** What types are called. */
  labels: ReadonlyMap<string, string>;
  source: SpanSource;
  builder: ReportBuilder;
}

/** Of a text-bound annotation: id, type, places, and the text there. */
const TEXT_BOUND = /^(T\S*)\t(\S+) (-?\d+ -?\d+(?:;-?\d+ -?\d+)*) *(?:\t(.*))?$/s;
const NOTE = /^#\S*\tAnnotatorNotes (\S+)(?:\t(.*))?$/s;

/**
 * Spans of a stand-off file of brat ("brat standoff format" of its manual), in the order in which they stand there. Offsets count code points, as Python's strings do.
 * Text-bound annotations become spans, the annotator's notes on them their notes; relations, events, attributes and the like are counted and left out.
 * A span in several parts becomes one from the start of the first to the end of the last, and is reported where there is more than white space between them.
 */
export function readBratAnnotations(content: string, context: AnnotationContext): Span[] {
  const { builder, path } = context;
  const toUtf16 = codePointsToUtf16(context.text);
  const spans: Span[] = [];
  const byId = new Map<string, Span>();
  const seen = new Set<string>();
  const notes: { id: string; note: string; number: number }[] = [];
  const lines = content.split('\n');
  const crlf = lines[0]!.endsWith('\r');
  for (const [i, raw] of lines.entries()) {
    const line = crlf ? raw.replace(/\r$/, '') : raw;
    if (!line.trim()) continue;
    const bound = TEXT_BOUND.exec(line);
    const note = bound ? null : NOTE.exec(line);
    if (bound) {
      const span = readSpan(bound, i + 1, toUtf16, context);
      if (!span) continue;
      const key = `${span.start} ${span.end} ${span.type}`;
      if (seen.has(key)) {
        builder.repair('duplicate-span', i + 1, `${path}: ${line}`);
        continue;
      }
      seen.add(key);
      spans.push(span);
      byId.set(bound[1]!, span);
    } else if (note) notes.push({ id: note[1]!, note: note[2] ?? '', number: i + 1 });
    else if (/^(?:[AMREN]\S*|\*|#\S*)\t/.test(line)) builder.repair('other-annotation', i + 1, `${path}: ${line}`);
    else builder.problem(0, `${path}, line ${i + 1}: expected "T1", a tab, a type with its start and end, a tab and the text, got ${JSON.stringify(shorten(line))}.`);
  }
  for (const { id, note, number } of notes) {
    const span = byId.get(id);
    // A note of several lines stands in several lines of the file.
    if (span) span.note = span.note === undefined ? note : `${span.note}\n${note}`;
    else builder.repair('other-annotation', number, `${path}: a note to ${id}`);
  }
  for (const span of spans) if (span.note === '') delete span.note;
  return spans;
}

function readSpan([line, , type, places, said]: RegExpExecArray, number: number, toUtf16: (offset: number) => number, { text, labels, source, builder, path }: AnnotationContext): Span | null {
  const parts = places!.split(';').map((part) => part.split(' ').map((offset) => (Number(offset) < 0 ? -1 : toUtf16(Number(offset)))) as [number, number]);
  const start = Math.min(...parts.map(([from]) => from));
  const end = Math.max(...parts.map(([, to]) => to));
  if (start < 0 || start >= end || end > text.length) {
    builder.repair('invalid-span', number, `${path}: ${line}`);
    return null;
  }
  const gaps = parts.slice(1).map(([from], i) => text.slice(parts[i]![1], from));
  if (gaps.some((gap) => gap.trim())) builder.repair('discontinuous-span', number, `${path}: ${line}`);
  const words = (content: string): string => content.split(/\s+/).filter(Boolean).join(' ');
  if (said !== undefined && words(said) !== words(parts.map(([from, to]) => text.slice(from, to)).join(' '))) builder.repair('span-text', number, `${path}: ${line}`);
  return { start, end, type: labels.get(type!) ?? type!, source };
}
