import type { Document } from '../../document.ts';
import { readTokens } from '../json/tokens.ts';
import type { ReaderContext } from '../reader.ts';
import { ImportError } from '../report.ts';
import { TagColumn } from '../tag-column.ts';
import { cellOf } from './columns.ts';
import type { Columns } from './columns.ts';
import type { TableLayout } from './layout.ts';
import type { RowReader } from './reader.ts';
import type { TableRow } from './records.ts';
import { documentOf } from './text-rows.ts';

/** A token a row. A sentence ends where the cell with its number changes (it may be filled on the first row alone) or at a row of empty cells. */
export class TokenRows implements RowReader {
  private readonly context: ReaderContext;
  private readonly columns: Columns;
  private readonly column: TagColumn;
  private tokens: string[] = [];
  private tags: string[] = [];
  private lines: number[] = [];
  private characters = 0;
  private id = '';
  private split = '';

  constructor({ columns, prefixed }: TableLayout, context: ReaderContext) {
    this.columns = columns;
    this.context = context;
    this.column = new TagColumn(prefixed, context.source, context.builder);
  }

  read({ line, cells }: TableRow, documents: Document[]): void {
    const { builder } = this.context;
    if (cells.every((cell) => !cell.trim())) return this.finish(documents);
    const id = cellOf(cells, this.columns, 'id').trim();
    if (id && id !== this.id) {
      this.finish(documents);
      this.id = id;
    }
    if (!this.tokens.length) this.split = cellOf(cells, this.columns, 'split');
    const tag = cellOf(cells, this.columns, 'tag').trim();
    if (!tag && this.columns.tag !== undefined) builder.repair('missing-tag', line, cellOf(cells, this.columns, 'token'));
    this.tokens.push(cellOf(cells, this.columns, 'token'));
    this.tags.push(tag ? (this.column.normalise(tag) ?? this.column.repair(tag, line)) : 'O');
    this.lines.push(line);
    this.characters += this.tokens.at(-1)!.length + 1;
    const { limits } = this.context;
    if (this.characters > limits.characters) {
      throw new ImportError(
        `The sentence that begins on line ${this.lines[0]!} of ${builder.report.file} has more than ${limits.characters} characters: a column "sentence_id" must say where each begins, or a row of empty cells must stand behind it.`,
        builder.report,
      );
    }
  }

  end(documents: Document[]): void {
    this.finish(documents);
    this.context.builder.report.layout += `, ${this.column.end()}`;
  }

  private finish(documents: Document[]): void {
    const { tokens, tags, lines } = this;
    if (!tokens.length) return;
    const line = lines[0]!;
    const problem = (message: string): void => this.context.builder.problem(line, message);
    const content = readTokens('token', tokens, this.context, { line, problem });
    if (content) documents.push(documentOf({ ...content, spans: this.column.spans(tags, content.words, lines) }, line, this.split, this.context));
    this.tokens = [];
    this.tags = [];
    this.lines = [];
    this.characters = 0;
  }
}
