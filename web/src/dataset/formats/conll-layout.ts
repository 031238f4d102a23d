import { isPrefixedTag } from './tag-column.ts';

/** How the columns of a CoNLL file lie. */
export interface ConllLayout {
  separator: '\t' | ' ';
  /** Columns of most lines. */
  columns: number;
  tokenColumn: number;
  /** Null where the file has tokens alone. */
  tagColumn: number | null;
  /** Whether tags are like B-type; else they are types. */
  prefixed: boolean;
}

/** Columns of a line: at tabs where it has tabs, else at ASCII spaces if the file is separated by them, and at nothing else. Empty columns at the end do not count. */
export function splitColumns(line: string, separator: '\t' | ' '): string[] {
  if (!line.includes('\t')) return separator === ' ' ? line.split(' ').filter((column) => column) : [line];
  const columns = line.split('\t');
  while (columns.length > 1 && !columns.at(-1)!.trim()) columns.pop();
  return columns;
}

/** A line of CoNLL-U style comments. A token "#" has a tag behind it: with tabs that is a column, with spaces the last word. */
export function isComment(line: string, separator: '\t' | ' ', columns: number): boolean {
  if (!line.startsWith('#') || line.includes('\t')) return false;
  if (separator === '\t') return true;
  const words = splitColumns(line, separator);
  const tagged = words.length >= 2 && (words.at(-1) === 'O' || isPrefixedTag(words.at(-1)!));
  return !tagged || (words.length !== columns && /^#\s*[\w.-]+\s*=/.test(line));
}

/** Finds the layout from the first lines; null where they have no column of tags. */
export function detectConllLayout(sample: readonly string[]): ConllLayout | null {
  const filled = sample.filter((line) => line.trim());
  const separator = filled.filter((line) => line.includes('\t')).length * 2 >= filled.length ? '\t' : ' ';
  const rows: string[][] = [];
  let row = 0;
  let counted = true;
  for (const line of sample) {
    if (!line.trim() || line.startsWith('-DOCSTART-')) {
      row = 0;
      continue;
    }
    if (isComment(line, separator, 2)) continue;
    const columns = splitColumns(line, separator);
    row++;
    counted &&= columns[0] === String(row);
    rows.push(columns);
  }
  if (!rows.length) return null;
  const columns = mostFrequent(rows.map(({ length }) => length));
  const usual = rows.filter(({ length }) => length === columns);
  // Columns of UNER and CoNLL-U files begin with the number of the token.
  const tokenColumn = counted && rows.length > 1 && columns > 2 ? 1 : 0;
  for (let tagColumn = columns - 1; tagColumn > tokenColumn; tagColumn--) {
    const kind = kindOfTags(usual.map((fields) => fields[tagColumn]!));
    if (kind === 'prefixed' || (kind === 'types' && tagColumn === columns - 1)) {
      return { separator, columns, tokenColumn, tagColumn, prefixed: kind === 'prefixed' };
    }
  }
  return null;
}

/** What the values of a column are. Types without prefixes are recognised by an O among them and by their repetition. */
function kindOfTags(values: readonly string[]): 'prefixed' | 'types' | 'other' {
  const outside = values.filter((value) => value === 'O').length;
  const prefixed = values.filter(isPrefixedTag).length;
  const others = values.length - outside - prefixed;
  if ((prefixed || !others) && (outside + prefixed) * 2 >= values.length) return 'prefixed';
  // The last words of lines of running text do not repeat.
  const few = new Set(values).size <= Math.max(3, Math.min(200, values.length / 2));
  return outside / values.length >= 0.05 && few && !prefixed ? 'types' : 'other';
}

/** Tokens alone, one a line: only a file that says so by its name is read like this. */
export const TOKENS_ALONE: ConllLayout = { separator: '\t', columns: 1, tokenColumn: 0, tagColumn: null, prefixed: true };

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

export function describeLayout({ separator, columns, tagColumn }: ConllLayout, scheme: string): string {
  if (tagColumn === null) return 'tokens, one a line, without tags';
  return `${separator === '\t' ? 'tab' : 'space'}-separated, ${columns} columns, ${scheme}`;
}
