import { DEFAULT_LIMITS } from '../limits.ts';
import type { ReaderContext } from '../reader.ts';
import { ReportBuilder } from '../report.ts';
import { isPrefixedTag } from '../tag-column.ts';
import { readHeader } from './columns.ts';
import type { Columns, RowKind } from './columns.ts';
import { RowBuilder } from './records.ts';
import type { Delimiter, Dialect } from './records.ts';

/** How a table is to be read. */
export interface TableLayout {
  dialect: Dialect;
  /** Whether the first row has names. */
  header: boolean;
  kind: RowKind;
  columns: Columns;
  ignored: string[];
  /** Cells of a row. */
  width: number;
  /** Of a table of tokens: whether tags are like B-type. */
  prefixed: boolean;
  /** Whether nearly all rows have as many cells as the first. */
  even: boolean;
}

/** Rows that are looked at. */
const ROWS = 200;

/**
 * Finds how a table is to be read from its first lines, which are without carriage returns; null where they have several columns, and neither a header
 * that is known nor a last column of tags.
 */
export function detectTable(lines: readonly string[], delimiters: readonly Delimiter[] = [',', ';', '\t']): TableLayout | null {
  const tables = delimiters.map((delimiter) => tableWith(delimiter, lines));
  const layouts = tables.map(({ layout }) => layout).filter((layout) => layout !== null);
  const known = layouts.filter(({ width, header }) => header || width > 1);
  // A delimiter that is none leaves one column. Where another leaves several in every row, the file is a table that is not understood.
  if (!known.length) return tables.some(({ rows, layout }) => !layout && rows.length > 1 && isEven(rows)) ? null : (layouts[0] ?? null);
  return known.sort((a, b) => Number(b.header) - Number(a.header) || Object.keys(b.columns).length - Object.keys(a.columns).length || b.width - a.width)[0]!;
}

interface Table {
  rows: string[][];
  layout: TableLayout | null;
}

function tableWith(delimiter: Delimiter, lines: readonly string[]): Table {
  const quoted = tableOf({ delimiter, quotes: true }, lines);
  if (delimiter !== '\t' || (quoted.layout && quoted.layout.kind !== 'token') || lines.some((line) => /(?:^|\t)""""(?:\t|$)/.test(line))) return quoted;
  // A table of tokens with tabs: a quote is a token unless somewhere it is written as a quoted one.
  const plain = tableOf({ delimiter, quotes: false }, lines);
  return plain.layout?.kind === 'token' ? plain : quoted;
}

function tableOf(dialect: Dialect, lines: readonly string[]): Table {
  const rows = rowsOf(dialect, lines);
  return { rows, layout: layoutOf(dialect, rows) };
}

/** Whether nearly all rows have as many cells as the first. */
function isEven(rows: readonly string[][]): boolean {
  return rows[0]!.length > 1 && rows.filter(({ length }) => length === rows[0]!.length).length >= rows.length * 0.9;
}

/** The first rows. Problems are none yet: they are found again when the table is read. */
function rowsOf(dialect: Dialect, lines: readonly string[]): string[][] {
  const context: ReaderContext = { builder: new ReportBuilder(''), limits: { ...DEFAULT_LIMITS, lineBytes: Infinity }, split: undefined, source: 'manual' };
  const rows = new RowBuilder(dialect, context);
  const found: string[][] = [];
  for (let i = 0; i < lines.length && found.length < ROWS; i++) {
    const row = rows.feed(lines[i]!, i + 1);
    if (row?.cells.some((cell) => cell.trim())) found.push(row.cells);
  }
  return found;
}

function layoutOf(dialect: Dialect, rows: readonly string[][]): TableLayout | null {
  const [first, ...rest] = rows;
  if (!first) return null;
  const width = first.length;
  const even = isEven(rows);
  const areTags = (tags: readonly string[]): boolean => tags.some(isPrefixedTag) && tags.every((tag) => tag === 'O' || isPrefixedTag(tag));
  const tagsOf = (column: number | undefined): string[] => (column === undefined ? [] : rest.map((row) => row[column]?.trim() ?? '').filter((tag) => tag));
  const header = first.some((cell) => cell.trim() === 'O' || isPrefixedTag(cell.trim())) ? null : readHeader(first, rest);
  if (header) {
    const tags = tagsOf(header.columns.tag);
    return { dialect, header: true, ...header, width, even, prefixed: tags.some(isPrefixedTag) || tags.every((tag) => tag === 'O') };
  }
  if (width === 1) return rows.every(({ length }) => length === 1) ? { dialect, header: false, kind: 'text', columns: { text: 0 }, ignored: [], width, even, prefixed: false } : null;
  const last = rows.map((row) => row[width - 1]?.trim() ?? '');
  return areTags(last) ? { dialect, header: false, kind: 'token', columns: { token: 0, tag: width - 1 }, ignored: [], width, even, prefixed: true } : null;
}
