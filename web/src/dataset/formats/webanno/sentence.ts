import { codePointsToUtf16, isInsidePair } from '../../../text/offsets.ts';
import type { Span, WordRange } from '../../../text/span.ts';
import type { Document } from '../../document.ts';
import { makeDocument } from '../reader.ts';
import type { ReaderContext } from '../reader.ts';
import { shortName } from './layers.ts';
import type { SpanLayer } from './layers.ts';
import { readValues } from './values.ts';

/** A line of a sentence: a token, or a part of one. Offsets are of the file. */
export interface Line {
  number: number;
  isPart: boolean;
  start: number;
  end: number;
  text: string;
  cells: string[];
}

type Place = (offset: number) => number;

/** Makes documents of sentences. Knows the sentence before, because a span may go over both. */
export class SentenceBuilder {
  private readonly context: ReaderContext;
  private idsBefore = new Set<string>();

  constructor(context: ReaderContext) {
    this.context = context;
  }

  /** Null where the sentence gives no document; then the reason is in the report. */
  build(text: string, lines: readonly Line[], layers: readonly SpanLayer[], number: number): Document | null {
    const { builder, limits } = this.context;
    if (text.length > limits.characters) {
      builder.problem(number, `The text has more than ${limits.characters} characters. Cut it into parts.`);
      return null;
    }
    if (!text.trim()) {
      builder.repair('empty-text', number);
      return null;
    }
    const place = this.placeOf(text, lines);
    const placed = lines.map((line) => ({ ...line, start: place(line.start), end: place(line.end) }));
    const words: WordRange[] = [];
    for (const { start, end, isPart, number: at } of placed) {
      if (isPart) continue;
      if (start < (words.at(-1)?.[1] ?? 0) || end <= start || end > text.length || isInsidePair(text, start) || isInsidePair(text, end)) {
        builder.problem(at, `The offsets of this token do not fit: it must come after the token before it, within the text of its sentence.`);
        return null;
      }
      words.push([start, end]);
    }
    return makeDocument(this.context, number, { text, words, spans: this.spansOf(text, placed, layers) });
  }

  /**
   * Offsets of the file as those of the text. The first token stands at the start of its sentence (user guide, "Token and Sub-token Annotations");
   * files of other programs have white space before it, or count characters and not UTF-16 units: they are believed where their tokens then fit.
   */
  private placeOf(text: string, lines: readonly Line[]): Place {
    const { builder } = this.context;
    const [first] = lines;
    if (!first) return (offset) => offset;
    const fits = (place: Place): boolean => lines.every((line) => line.isPart || text.slice(place(line.start), place(line.end)) === line.text);
    const before = Math.max(0, text.indexOf(first.text));
    const usual: Place = (offset) => offset - first.start;
    const later: Place = (offset) => offset - first.start + before;
    if (fits(usual)) return usual;
    if (fits(later)) return later;
    const toUtf16 = codePointsToUtf16(text);
    const counted: Place = (offset) => toUtf16(offset - first.start);
    if (fits(counted)) {
      builder.repair('code-point-offsets', first.number, text);
      return counted;
    }
    builder.repair('token-text', first.number, first.text);
    return usual;
  }

  private spansOf(text: string, lines: readonly Line[], layers: readonly SpanLayer[]): Span[] {
    const { builder, source } = this.context;
    const spans = new Map<string, { span: Span; id: string | null; line: number }>();
    const ids = new Set<string>();
    for (const { start, end, cells, number } of lines) {
      for (const layer of layers) {
        const columns = layer.columns.map((column) => readValues(cells[column]!));
        columns[0]!.forEach(({ id }, i) => {
          const key = id === null ? `line ${spans.size}` : `${layer.name} ${id}`;
          const known = spans.get(key)?.span;
          if (known) {
            known.start = Math.min(known.start, start);
            known.end = Math.max(known.end, end);
            return;
          }
          const value = columns.map((values) => values[i]?.text?.trim()).find((found) => found);
          if (value === undefined) builder.repair('unnamed-span', number, layer.name);
          if (id !== null && this.idsBefore.has(key)) builder.repair('cut-span', number, value);
          if (id !== null) ids.add(key);
          spans.set(key, { span: { start, end, type: value ?? shortName(layer), source }, id, line: number });
        });
      }
    }
    this.idsBefore = ids;
    const found = [...spans.values()];
    // Numbers run through the file, so they tell the order where all have one.
    if (found.every(({ id }) => id !== null)) found.sort((a, b) => Number(a.id) - Number(b.id));
    return this.checked(found, text);
  }

  private checked(found: readonly { span: Span; line: number }[], text: string): Span[] {
    const { builder } = this.context;
    const kept = new Map<string, Span>();
    for (const { span, line } of found) {
      const key = `${span.start} ${span.end} ${span.type}`;
      if (span.start < 0 || span.start >= span.end || span.end > text.length || isInsidePair(text, span.start) || isInsidePair(text, span.end)) builder.repair('invalid-span', line, `${span.type}: ${span.start}-${span.end}`);
      else if (kept.has(key)) builder.repair('duplicate-span', line, span.type);
      else kept.set(key, span);
    }
    return [...kept.values()];
  }
}
