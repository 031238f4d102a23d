import Papa from 'papaparse';
import { ImportError } from '../report.ts';
import type { ReaderContext } from '../reader.ts';

export type Delimiter = ',' | ';' | '\t';

/** How cells are told apart. */
export interface Dialect {
  delimiter: Delimiter;
  /** Whether a cell that begins with a quote ends at the next one. Tables of tokens with tabs are often written without: there a quote is a token. */
  quotes: boolean;
}

/** One row of a table. */
export interface TableRow {
  /** Line (from 1) on which it begins. */
  line: number;
  cells: string[];
}

/** `closed`: the row ends here; `open`: within a quoted cell; `broken`: within one that has a quote in it which is not doubled. */
type Quoting = 'closed' | 'open' | 'broken';

/**
 * Puts rows together from lines, because a quoted cell may go over several (RFC 4180, section 2). Papa Parse takes each row apart; where a row ends is
 * found here, so that a quote that never closes is noticed, told with its line, and held to a length.
 */
export class RowBuilder {
  private readonly dialect: Dialect;
  private readonly context: ReaderContext;
  private readonly parser: Papa.Parser;
  private lines: string[] = [];
  private first = 0;
  private length = 0;
  private quoting: Quoting = 'closed';

  constructor(dialect: Dialect, context: ReaderContext) {
    this.dialect = dialect;
    this.context = context;
    this.parser = new Papa.Parser({ delimiter: dialect.delimiter, newline: '\n', quoteChar: '"' });
  }

  /** `line` with its carriage return, where it has one: within a quoted cell it is part of the text. Gives the row that ends here. */
  feed(line: string, number: number): TableRow | null {
    if (!this.lines.length) this.first = number;
    this.lines.push(line);
    this.length += line.length + 1;
    const { limits, builder } = this.context;
    // UTF-16 units for bytes: a bound is what matters.
    if (this.length > limits.lineBytes) {
      throw new ImportError(`The row that begins on line ${this.first} of ${builder.report.file} is too long: a quote (") that opens a cell there has none that closes it.`, builder.report);
    }
    if (this.dialect.quotes) this.quoting = this.scan(line, this.quoting);
    return this.quoting === 'closed' ? this.take() : null;
  }

  /** What the last lines leave open is a problem. */
  end(): void {
    if (!this.lines.length) return;
    const more = this.lines.length - 1;
    const what = this.quoting === 'broken' ? 'has a quote (") in it that is not doubled, and none that closes it' : 'has none that closes it';
    this.context.builder.problem(this.first, `The quote (") that opens a cell in this row ${what}${more ? `; the ${more} lines behind it were taken for its text` : ''}.`);
    this.lines = [];
  }

  private take(): TableRow | null {
    const text = this.lines.join('\n');
    this.lines = [];
    this.length = 0;
    const row = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (!this.dialect.quotes) return { line: this.first, cells: row.split(this.dialect.delimiter) };
    const { data, errors } = this.parser.parse(row, 0, false) as { data: string[][]; errors: unknown[] };
    if (errors.length) {
      this.context.builder.problem(this.first, 'A cell of this row begins with a quote (") and has quotes in it that are not doubled ("").');
      return null;
    }
    return { line: this.first, cells: data[0] ?? [''] };
  }

  /** How quoting stands at the end of a line. A quote closes a cell where a delimiter or the end of the line follows, perhaps behind spaces. */
  private scan(line: string, before: Quoting): Quoting {
    const { delimiter } = this.dialect;
    let broken = before === 'broken';
    let at = before === 'closed' ? this.opening(line, 0) : 0;
    while (at >= 0) {
      const quote = line.indexOf('"', at);
      if (quote < 0) return broken ? 'broken' : 'open';
      if (line[quote + 1] === '"') {
        at = quote + 2;
        continue;
      }
      let after = quote + 1;
      while (line[after] === ' ') after++;
      if (after >= line.length || line[after] === '\r' || line[after] === delimiter) {
        broken = false;
        at = line[after] === delimiter ? this.opening(line, after + 1) : -1;
      } else {
        broken = true;
        at = quote + 1;
      }
    }
    return 'closed';
  }

  /** Place behind the next quote that opens a cell; -1 where none does. `from` is where a cell begins. */
  private opening(line: string, from: number): number {
    for (let cell = from; ; ) {
      if (line[cell] === '"') return cell + 1;
      const next = line.indexOf(this.dialect.delimiter, cell);
      if (next < 0) return -1;
      cell = next + 1;
    }
  }
}
