import type { Document } from '../../document.ts';
import type { Reader, ReaderContext } from '../reader.ts';
import { ImportError } from '../report.ts';
import type { RowKind } from './columns.ts';
import type { TableLayout } from './layout.ts';
import { RowBuilder } from './records.ts';
import type { TableRow } from './records.ts';
import { SpanRows } from './span-rows.ts';
import { TextRows } from './text-rows.ts';
import { TokenRows } from './token-rows.ts';

/** Takes the rows of a table one by one and gives documents back when they are complete. */
export interface RowReader {
  read(row: TableRow, documents: Document[]): void;
  end(documents: Document[]): void;
}

const READERS: Record<RowKind, new (layout: TableLayout, context: ReaderContext) => RowReader> = { text: TextRows, token: TokenRows, span: SpanRows };

const KINDS: Record<RowKind, string> = { text: 'one text a row', token: 'one token a row', span: 'one span a row' };

const SEPARATED = { ',': 'comma-separated', ';': 'separated by semicolons', '\t': 'tab-separated' } as const;

/** A table: CSV or TSV with a header, a row for each text, token or span. */
export class TableReader implements Reader {
  readonly keepsReturns = true;
  private readonly context: ReaderContext;
  private readonly layout: TableLayout;
  private readonly builder: RowBuilder;
  private readonly rows: RowReader;
  private isHeader: boolean;

  constructor(layout: TableLayout, context: ReaderContext) {
    this.context = context;
    this.layout = layout;
    this.builder = new RowBuilder(layout.dialect, context);
    this.isHeader = layout.header;
    const { report } = context.builder;
    report.layout = `${SEPARATED[layout.dialect.delimiter]}, ${layout.width === 1 ? '1 column' : `${layout.width} columns`}, ${KINDS[layout.kind]}`;
    this.rows = new READERS[layout.kind](layout, context);
    for (const name of layout.ignored) context.builder.repair('ignored-columns', 1, name);
  }

  read(raw: string, number: number, documents: Document[]): void {
    const { builder } = this.context;
    if (raw.includes('\0')) builder.repair('nul', number);
    const row = this.builder.feed(raw.replaceAll('\0', ''), number);
    if (!row) return;
    if (this.isHeader) {
      // Blank lines may stand before it.
      this.isHeader = row.cells.every((cell) => !cell.trim());
      return;
    }
    const { width } = this.layout;
    const spare = row.cells.slice(width);
    if (spare.some((cell) => cell.trim())) {
      const what = this.layout.dialect.delimiter === '\t' ? 'a tab' : `"${this.layout.dialect.delimiter}"`;
      return builder.problem(row.line, `${row.cells.length} cells where the first row has ${width}: a text with ${what} in it must stand in quotes (").`);
    }
    this.rows.read(row, documents);
  }

  end(documents: Document[]): void {
    this.builder.end();
    this.rows.end(documents);
  }
}

/** What to say of a table that cannot be read. */
export function unreadableTable({ builder: { report } }: ReaderContext, first: string): ImportError {
  return new ImportError(
    `${report.file} has no header that says what its columns are; its first line is "${first.slice(0, 80)}". Name the column of the texts "text", and that of their spans "spans" ([{"start", "end", "label"}]); or of tokens "token", "tag" and "sentence_id"; or of spans "text", "start", "end" and "label".`,
    report,
  );
}
