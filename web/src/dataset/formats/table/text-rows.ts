import type { Document } from '../../document.ts';
import { HuggingFaceShape } from '../json/hugging-face.ts';
import { jsonlShape } from '../json/jsonl.ts';
import type { Content, ItemShape } from '../json/shape.ts';
import { isObject } from '../json/value.ts';
import type { Json } from '../json/value.ts';
import { makeDocument } from '../reader.ts';
import type { ReaderContext } from '../reader.ts';
import { shorten } from '../report.ts';
import { splitOfName } from '../split-of-name.ts';
import { readCell } from './cells.ts';
import { cellOf } from './columns.ts';
import type { Columns, Role } from './columns.ts';
import type { TableLayout } from './layout.ts';
import type { RowReader } from './reader.ts';
import type { TableRow } from './records.ts';

/** Columns whose cells are lists, and the key of an item of JSON that each is. */
const LISTS: [role: Role, key: string][] = [
  ['spans', 'spans'],
  ['tokens', 'tokens'],
  ['tags', 'tags'],
  ['suggestions', 'suggestions'],
];

/** A text a row, as an item of JSONL in columns. */
export class TextRows implements RowReader {
  private readonly context: ReaderContext;
  private readonly columns: Columns;
  private readonly tagged: HuggingFaceShape;
  private readonly shapes: readonly ItemShape[];

  constructor({ columns }: TableLayout, context: ReaderContext) {
    this.columns = columns;
    this.context = context;
    this.tagged = new HuggingFaceShape(context);
    this.shapes = [this.tagged, jsonlShape(context)];
  }

  read({ line, cells }: TableRow, documents: Document[]): void {
    if (cells.every((cell) => !cell.trim())) return;
    const problem = (message: string): void => this.context.builder.problem(line, message);
    const item = this.itemOf(cells, problem);
    if (!item) return;
    const shape = this.shapes.find((one) => one.matches(item));
    if (!shape) return problem('This row has neither a text nor a list of tokens.');
    const content = shape.read(item, { line, problem });
    if (content) documents.push(documentOf(content, line, cellOf(cells, this.columns, 'split'), this.context));
  }

  end(): void {
    this.context.builder.report.layout += this.tagged.end();
  }

  /** Null where a list cannot be read, which has been reported. */
  private itemOf(cells: readonly string[], problem: (message: string) => void): Json | null {
    const item: Json = {};
    if (this.columns.text !== undefined) item['text'] = cellOf(cells, this.columns, 'text');
    for (const [role, key] of LISTS) {
      const cell = cellOf(cells, this.columns, role).trim();
      if (!cell) continue;
      try {
        item[key] = listOf(readCell(cell));
      } catch (error) {
        problem(`The ${role} are not valid JSON (${shorten((error as Error).message)}): ${shorten(cell)}`);
        return null;
      }
    }
    // Tags of a text are of its words between spaces.
    const { text, tags, spans } = item;
    const ofWords = [tags, spans].find((list) => Array.isArray(list) && list.length > 0 && list.every((entry) => typeof entry === 'string'));
    if (typeof text !== 'string' || !ofWords) return item;
    return { text, tokens: Array.isArray(item['tokens']) ? item['tokens'] : text.trim().split(/ +/), tags: ofWords };
  }
}

/** Lists are also found in objects: `{"entities": […]}` as spaCy has it. */
function listOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  return ['entities', 'spans'].map((key) => value[key]).find((list) => Array.isArray(list)) ?? value;
}

/** A document of what a row or several say. The split of the import goes before the row's. */
export function documentOf({ split: _, ...content }: Content, line: number, split: string, context: ReaderContext): Document {
  const document = makeDocument(context, line, content);
  const named = splitOfName(split);
  if (named && !document.split) document.split = named;
  return document;
}
