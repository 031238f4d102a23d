import type { Document, Split } from '../../document.ts';
import type { Format } from '../format.ts';
import { documentId, makeDocument } from '../reader.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { ImportError, shorten } from '../report.ts';
import { doccanoShape } from './doccano.ts';
import { glinerShape } from './gliner.ts';
import { HuggingFaceShape } from './hugging-face.ts';
import { jsonlShape } from './jsonl.ts';
import { labelStudioShape } from './label-studio.ts';
import type { ItemShape } from './shape.ts';
import { detectContainer, ValueSplitter } from './splitter.ts';
import type { Container } from './splitter.ts';
import { isObject } from './value.ts';
import type { Json } from './value.ts';

const SHAPES =
  'expected {"text": …, "spans": [{"start", "end", "label"}]}, "entities" or "label" with [start, end, label], {"tokens": […], "ner_tags": […]}, {"tokenized_text": […], "ner": […]}, or a task {"data": {"text": …}, "annotations": […]}';

const LAYOUTS: Record<Container, string> = { lines: 'one JSON object a line', array: 'one JSON array', objects: 'JSON over several lines' };

/** Names of splits, as data sets have them. */
const SPLITS: Record<string, Split> = { train: 'train', training: 'train', dev: 'dev', validation: 'dev', valid: 'dev', val: 'dev', test: 'test' };

/** Keys under which an object holds the items of a file. A list named after a split says that of its items. */
const LISTS = ['data', 'annotations', 'examples', 'documents', 'tasks', 'items', 'rows', ...Object.keys(SPLITS)];

/** Lists within lists within an item go no deeper. */
const LEVELS = 2;

/** Characters of a value that goes over lines, in longest lines. */
const LONGEST_VALUE = 4;

/** A file with more problems than this, and fewer texts than problems, is no file of texts; it is read no further. */
const PROBLEMS = 10_000;

/** Where an item stands, and what its list says of it. */
interface ItemPlace {
  line: number;
  id: string;
  /** Before a message: "Item 3: "; '' where the line is enough. */
  where: string;
  split?: Split | undefined;
  level: number;
}

/** JSON of annotation tools: lines, one array, or an object that holds the items in a list. Each item is read by the form it has. */
export class JsonReader implements Reader {
  private readonly context: ReaderContext;
  private readonly container: Container;
  private readonly splitter: ValueSplitter | null;
  private readonly shapes: readonly ItemShape[];
  private readonly huggingFace: HuggingFaceShape;
  /** Documents by format. */
  private readonly formats = new Map<Format, number>();
  private documents: Document[] = [];
  private items = 0;
  private described = false;

  /** `sample` has the first lines of the file. */
  constructor(sample: readonly string[], context: ReaderContext) {
    this.context = context;
    this.container = detectContainer(sample);
    this.splitter = this.container === 'lines' ? null : new ValueSplitter(this.container === 'array', (value, line) => this.readItem(value, line));
    this.huggingFace = new HuggingFaceShape(context);
    this.shapes = [labelStudioShape(context), glinerShape(context), this.huggingFace, doccanoShape(context), jsonlShape(context)];
    context.builder.report.layout = LAYOUTS[this.container];
  }

  read(raw: string, number: number, documents: Document[]): void {
    const { builder, limits } = this.context;
    this.documents = documents;
    let line = raw;
    if (raw.includes('\0')) {
      builder.repair('nul', number);
      line = /^\0+$/.test(raw) ? '' : raw.replaceAll('\0', '\ufffd');
    }
    if (!this.splitter) {
      if (line.trim()) this.readText(line, { line: number, id: documentId(this.context, number), where: '', level: 0 });
      return;
    }
    if (this.splitter.isTooMuch(line)) builder.problem(number, `The array has ended and something comes after it: ${shorten(line)}`);
    this.splitter.feed(line, number);
    if (this.splitter.held > LONGEST_VALUE * limits.lineBytes) {
      throw new ImportError(`${builder.report.file} has a JSON value, begun on line ${this.splitter.begun}, that is too large. Save the texts with one object a line (JSONL).`, builder.report);
    }
  }

  end(documents: Document[]): void {
    const { builder } = this.context;
    this.documents = documents;
    if (this.splitter && !this.splitter.complete) {
      const begun = this.splitter.begun;
      builder.problem(begun || builder.report.lines, begun ? `What begins on this line never ends: a bracket or quote is not closed, or the file is cut off.` : 'The array never ends: the file is cut off.');
    }
    builder.report.layout += this.huggingFace.end();
    const [most] = [...this.formats].sort((a, b) => b[1] - a[1]);
    if (most) builder.report.format = most[0];
    else if (this.described) builder.problem(0, 'The file describes a data set and holds none of its texts. Import it together with the file that does.');
  }

  private readItem(value: string, line: number): void {
    this.items++;
    this.readText(value, { line, id: documentId(this.context, this.items), where: `Item ${this.items}: `, level: 0 });
  }

  private readText(text: string, place: ItemPlace): void {
    const { builder } = this.context;
    const { file, problemCount, problems, documents } = builder.report;
    if (problemCount > PROBLEMS && problemCount > documents + this.documents.length) {
      throw new ImportError(`${file} has more than ${PROBLEMS} lines or items that cannot be read. Line ${problems[0]!.line}: ${problems[0]!.message}`, builder.report);
    }
    if (!text.trim()) return builder.problem(place.line, `${place.where}Nothing stands between two commas, or after the last.`);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      builder.problem(place.line, `${place.where}Not valid JSON (${shorten((error as Error).message)}): ${shorten(text)}`);
      return;
    }
    this.readValue(value, place);
  }

  private readValue(value: unknown, place: ItemPlace): void {
    const problem = (message: string): void => this.context.builder.problem(place.line, place.where + message);
    const item = itemOf(value);
    if (!item) return problem(`Not an object; ${SHAPES}.`);
    const shape = this.shapes.find((one) => one.matches(item));
    if (shape) {
      const content = shape.read(item, { line: place.line, problem });
      if (content) this.add(shape.format, content, place);
      return;
    }
    const described = this.huggingFace.describe(item);
    const lists = place.level < LEVELS ? LISTS.filter((key) => Array.isArray(item[key])) : [];
    for (const key of lists) {
      (item[key] as unknown[]).forEach((one, i) => {
        const split = SPLITS[key] ?? place.split;
        this.readValue(one, { line: place.line, id: `${place.id}.${lists.length > 1 ? `${key}.` : ''}${i + 1}`, where: `${place.where}"${key}" ${i + 1}: `, split, level: place.level + 1 });
      });
    }
    this.described ||= described;
    if (!described && !lists.length) problem(`No "text" and no "tokens"; ${SHAPES}.`);
  }

  /** A file may say which split each text belongs to; the split of the import goes before. */
  private add(format: Format, { split: named, ...content }: Pick<Document, 'text' | 'words' | 'spans' | 'suggestions'> & { split?: unknown }, place: ItemPlace): void {
    if (!this.formats.size) this.context.builder.report.format = format;
    this.formats.set(format, (this.formats.get(format) ?? 0) + 1);
    const document = makeDocument(this.context, place.line, content, place.id);
    const split = typeof named === 'string' && Object.hasOwn(SPLITS, named) ? SPLITS[named] : place.split;
    if (split && !document.split) document.split = split;
    this.documents.push(document);
  }
}

/** spaCy 2 has [text, {"entities": […]}]; rows of the Hugging Face viewer lie in `row`. */
function itemOf(value: unknown): Json | null {
  if (Array.isArray(value)) return typeof value[0] === 'string' && isObject(value[1]) ? { ...value[1], text: value[0] } : null;
  if (!isObject(value)) return null;
  return 'row_idx' in value && isObject(value['row']) ? value['row'] : value;
}
