import type { Document } from '../../document.ts';
import { jsonlShape } from '../json/jsonl.ts';
import type { ItemShape } from '../json/shape.ts';
import type { Json } from '../json/value.ts';
import type { ReaderContext } from '../reader.ts';
import { ImportError, shorten } from '../report.ts';
import { readNumber } from './cells.ts';
import { cellOf } from './columns.ts';
import type { Columns } from './columns.ts';
import type { TableLayout } from './layout.ts';
import type { RowReader } from './reader.ts';
import type { TableRow } from './records.ts';
import { documentOf } from './text-rows.ts';

/** A text whose spans are being gathered. */
interface Gathered {
  line: number;
  key: string;
  text: string;
  split: string;
  spans: Json[];
}

/** A span a row; rows of one text stand together. A text without spans has a row without offsets. Offsets are code points. */
export class SpanRows implements RowReader {
  private readonly context: ReaderContext;
  private readonly columns: Columns;
  private readonly shape: ItemShape;
  private readonly seen = new Set<string>();
  private current: Gathered | null = null;

  constructor({ columns }: TableLayout, context: ReaderContext) {
    this.columns = columns;
    this.context = context;
    this.shape = jsonlShape(context);
    if (columns.text === undefined) {
      const { report } = context.builder;
      throw new ImportError(`${report.file} has spans and no texts: beside "start", "end" and "label" there must be a column "text" with the whole text that each span is of.`, report);
    }
  }

  read({ line, cells }: TableRow, documents: Document[]): void {
    if (cells.every((cell) => !cell.trim())) return;
    const { builder } = this.context;
    const text = cellOf(cells, this.columns, 'text');
    // Cells may be filled on the first row of a text alone.
    const key = cellOf(cells, this.columns, 'id') || text || (this.current?.key ?? '');
    if (key !== this.current?.key) {
      this.finish(documents);
      if (this.seen.has(key)) return builder.problem(line, `The rows of the text ${shorten(key)} do not stand together: sort the table by text.`);
      this.seen.add(key);
      this.current = { line, key, text, split: cellOf(cells, this.columns, 'split'), spans: [] };
    }
    const { current } = this;
    current.text ||= text;
    if (text && text !== current.text) return builder.problem(line, `The text is another than on line ${current.line}, which has the same id (${shorten(key)}).`);
    const [start, end] = [cellOf(cells, this.columns, 'start'), cellOf(cells, this.columns, 'end')];
    if (!start.trim() && !end.trim()) return;
    const score = cellOf(cells, this.columns, 'score').trim();
    current.spans.push({
      start: readNumber(start) ?? start,
      end: readNumber(end) ?? end,
      label: cellOf(cells, this.columns, 'label'),
      ...(score ? { score: Number(score) } : {}),
      source: cellOf(cells, this.columns, 'source').trim(),
      note: cellOf(cells, this.columns, 'note'),
    });
  }

  end(documents: Document[]): void {
    this.finish(documents);
  }

  private finish(documents: Document[]): void {
    if (!this.current) return;
    const { line, text, spans, split } = this.current;
    const problem = (message: string): void => this.context.builder.problem(line, message);
    const content = this.shape.read({ text, spans }, { line, problem });
    if (content) documents.push(documentOf(content, line, split, this.context));
    this.current = null;
  }
}
