import { codePointsToUtf16 } from '../../text/offsets.ts';
import type { Span, WordRange } from '../../text/span.ts';
import type { Document, Split } from '../document.ts';
import { makeDocument } from './reader.ts';
import type { Reader, ReaderContext } from './reader.ts';
import { ImportError, shorten } from './report.ts';
import { isPrefixedTag, TagColumn } from './tag-column.ts';

type Json = Record<string, unknown>;

const SPLITS: readonly Split[] = ['train', 'dev', 'test'];

const SHAPES =
  'expected {"text": …, "spans": [{"start", "end", "label"}]}, "entities" or "label" with [start, end, label], or {"tokens": […], "ner_tags": […]}';

/**
 * JSON Lines: an object a line, or one array of objects. Read are `text` with `spans`, `entities`, `label` or `labels` (lists of
 * objects or of [start, end, label]; Prodigy's, spaCy's and doccano's) and `tokens` with `ner_tags` or `tags` (strings). Offsets are code points.
 */
export class JsonlReader implements Reader {
  private readonly context: ReaderContext;
  private tags: TagColumn | null = null;
  /** Lines of a file that is one array. */
  private array: string[] | null = null;
  private arrayCharacters = 0;

  constructor(context: ReaderContext) {
    this.context = context;
    context.builder.report.layout = 'one JSON object a line';
  }

  read(raw: string, number: number, documents: Document[]): void {
    const { builder, limits } = this.context;
    let line = raw;
    if (raw.includes('\0')) {
      builder.repair('nul', number);
      line = /^\0+$/.test(raw) ? '' : raw.replaceAll('\0', '\ufffd');
    }
    if (this.array) {
      this.array.push(line);
      this.arrayCharacters += line.length;
      if (this.arrayCharacters > 16 * limits.lineBytes) {
        throw new ImportError(`${builder.report.file} is one large JSON array. Save it with one object a line (JSONL).`, builder.report);
      }
      return;
    }
    if (!line.trim()) return;
    if (!documents.length && !builder.report.documents && /^\s*\[\s*(?:[{[]|$)/.test(line)) {
      this.array = [line];
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      builder.problem(number, `Not valid JSON (${(error as Error).message}): ${shorten(line)}`);
      return;
    }
    this.readValue(value, number, '', documents);
  }

  end(documents: Document[]): void {
    const { builder } = this.context;
    if (this.array) {
      builder.report.layout = 'one JSON array';
      let values: unknown;
      try {
        values = JSON.parse(this.array.join('\n'));
      } catch (error) {
        builder.problem(1, `Not a valid JSON array: ${(error as Error).message}`);
      }
      if (Array.isArray(values)) values.forEach((value, i) => this.readValue(value, i + 1, 'Item ', documents));
    }
    if (this.tags) builder.report.layout += `, tokens with ${this.tags.end()}`;
  }

  /** `unit` is what `number` counts: lines, or items of an array. */
  private readValue(value: unknown, number: number, unit: string, documents: Document[]): void {
    const { builder, limits } = this.context;
    const where = unit ? `${unit}${number}: ` : '';
    const problem = (message: string): void => builder.problem(unit ? 0 : number, where + message);
    // spaCy 2: [text, {"entities": […]}]
    const item: unknown = Array.isArray(value) && typeof value[0] === 'string' && isObject(value[1]) ? { ...value[1], text: value[0] } : value;
    if (!isObject(item)) {
      problem(`Not an object; ${SHAPES}.`);
      return;
    }
    if (typeof item['text'] === 'string') {
      const text = item['text'];
      if (text.length > limits.characters) problem(`The text has more than ${limits.characters} characters. Cut it into parts.`);
      else if (text.trim()) this.add({ text, spans: this.readSpans(text, item, number) }, item, number, documents);
      else builder.repair('empty-text', number);
    } else if (Array.isArray(item['tokens'])) this.readTokens(item, item['tokens'], number, problem, documents);
    else problem(`No "text" and no "tokens"; ${SHAPES}.`);
  }

  private readSpans(text: string, item: Json, number: number): Span[] {
    const { builder, source } = this.context;
    const lists = ['spans', 'entities', 'label', 'labels'].map((key) => item[key]).filter((list) => Array.isArray(list)) as unknown[][];
    const listed = lists.find((list) => list.length) ?? [];
    const toUtf16 = codePointsToUtf16(text);
    const spans: Span[] = [];
    const seen = new Set<string>();
    for (const entry of listed) {
      const { start, end, label, score, reason } = readSpan(entry);
      const span: Span = { start: toUtf16(start), end: toUtf16(end), type: label, source };
      const wrong = reason || (start < 0 || start >= end ? 'start is not before end' : span.end > text.length ? 'it ends after the text' : '');
      if (wrong) {
        builder.repair('invalid-span', number, `${wrong}: ${JSON.stringify(entry)}`);
        continue;
      }
      const key = `${start} ${end} ${label}`;
      if (seen.has(key)) {
        builder.repair('duplicate-span', number, key);
        continue;
      }
      seen.add(key);
      if (score !== undefined) span.score = score;
      spans.push(span);
    }
    return spans;
  }

  private readTokens(item: Json, raw: unknown[], number: number, problem: (message: string) => void, documents: Document[]): void {
    const { builder, source, limits } = this.context;
    const tags = item['ner_tags'] ?? item['tags'] ?? item['labels'];
    if (!raw.length || !raw.every((token) => typeof token === 'string')) {
      problem(`"tokens" must be a list of strings, at least one.`);
      return;
    }
    if (tags !== undefined && (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string'))) {
      problem(`Tags must be strings like "B-person"; numbers say nothing without their names. Export the names.`);
      return;
    }
    if (tags && tags.length !== raw.length) {
      problem(`${raw.length} tokens and ${tags.length} tags: there must be one tag a token.`);
      return;
    }
    const tokens = raw.map((token) => this.cleanToken(token, number));
    const words: WordRange[] = [];
    let offset = 0;
    for (const token of tokens) {
      words.push([offset, offset + token.length]);
      offset += token.length + 1;
    }
    if (offset > limits.characters) {
      problem(`The tokens have more than ${limits.characters} characters. Cut the text into parts.`);
      return;
    }
    let spans: Span[] = [];
    if (tags) {
      const column = (this.tags ??= new TagColumn(tags.every((tag: string) => tag === 'O' || isPrefixedTag(tag)), source, builder));
      const normal = tags.map((tag: string) => column.normalise(tag) ?? column.repair(tag, number));
      spans = column.spans(normal, words, new Array<number>(normal.length).fill(number));
    }
    this.add({ text: tokens.join(' '), words, spans }, item, number, documents);
  }

  /** A file may say which split each text belongs to; the split of the import goes before. */
  private add(content: Pick<Document, 'text' | 'words' | 'spans'>, item: Json, number: number, documents: Document[]): void {
    const document = makeDocument(this.context, number, content);
    const split = SPLITS.find((name) => name === item['split']);
    if (split && !document.split) document.split = split;
    documents.push(document);
  }

  private cleanToken(token: string, number: number): string {
    if (!token) {
      this.context.builder.repair('empty-token', number);
      return '\ufffd';
    }
    if (!/[\n\t]|\r$/.test(token)) return token;
    this.context.builder.repair('token-white-space', number, token);
    return token.replace(/[\n\t]|\r$/g, ' ');
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface RawSpan {
  start: number;
  end: number;
  label: string;
  score?: number;
  /** Why it cannot be read; else ''. */
  reason: string;
}

function readSpan(entry: unknown): RawSpan {
  const fields = Array.isArray(entry)
    ? { start: entry[0] as unknown, end: entry[1] as unknown, label: entry[2] as unknown }
    : isObject(entry)
      ? { start: entry['start'] ?? entry['start_offset'], end: entry['end'] ?? entry['end_offset'], label: entry['label'] ?? entry['type'], score: entry['score'] }
      : { start: undefined, end: undefined, label: undefined };
  const { start, end, label } = fields;
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  const named = typeof label === 'string' && label.trim() !== '';
  const span: RawSpan = {
    start: whole ? (start as number) : 0,
    end: whole ? (end as number) : 0,
    label: named ? label : '',
    reason: !whole ? 'start and end are not whole numbers' : !named ? 'it has no label' : '',
  };
  if (typeof fields.score === 'number' && fields.score >= 0 && fields.score <= 1) span.score = fields.score;
  return span;
}
