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
  /** Further columns of tags right of `tagColumn`, which hold the entities inside entities (GermEval). */
  nested: number;
}

/** A line between the documents of a CoNLL-2003 file: `-DOCSTART- -X- -X- O`. */
export function isDocumentMark(line: string): boolean {
  return /^-DOCSTART-(?:[\t ]|$)/.test(line);
}

/** The comment before a sentence in which `-DOCSTART-` is a word and no mark. It is ours: other programs have no way to say this. */
export const MARK_IS_WORD = '# -DOCSTART- is a word here';

/** Whether a number of the first column stands for several words (CoNLL-U `1-2`) or for none (`8.1`): the words themselves follow. */
export function isWordRange(column: string): boolean {
  return /^\d+[-.]\d+$/.test(column);
}

/** Columns of a line: at tabs where it has tabs, else at ASCII spaces if the file is separated by them, and at nothing else. Empty columns at the end do not count. */
export function splitColumns(line: string, separator: '\t' | ' '): string[] {
  if (!line.includes('\t')) return separator === ' ' ? line.split(' ').filter((column) => column) : [line];
  const columns = line.split('\t');
  while (columns.length > 1 && !columns.at(-1)!.trim()) columns.pop();
  return columns;
}

/** A line of comments (CoNLL-U, GermEval, MultiCoNER). A token "#" has a tag behind it: with tabs that is a column, with spaces the last word. */
export function isComment(line: string, separator: '\t' | ' ', columns: number): boolean {
  if (!line.startsWith('#')) return false;
  const tabs = line.includes('\t');
  if (!tabs && separator === '\t') return true;
  const fields = splitColumns(line, separator);
  const tagged = fields.length >= 2 && (fields.at(-1) === 'O' || isPrefixedTag(fields.at(-1)!));
  if (tabs) return !tagged && fields.length !== columns;
  return !tagged || (fields.length !== columns && /^#\s*[\w.-]+\s*=/.test(line));
}

/** Finds the layout from the first lines; null where they have no column of tags. */
export function detectConllLayout(sample: readonly string[]): ConllLayout | null {
  const filled = sample.filter((line) => line.trim());
  const separator = filled.filter((line) => line.includes('\t')).length * 2 >= filled.length ? '\t' : ' ';
  const rows: string[][] = [];
  let row = 0;
  let counted = true;
  let markIsWord = false;
  for (const line of sample) {
    const mark = !markIsWord && isDocumentMark(line);
    if (!line.trim() || mark) {
      row = 0;
      markIsWord = false;
    } else if (isComment(line, separator, 0)) markIsWord ||= line === MARK_IS_WORD;
    else {
      const columns = splitColumns(line, separator);
      // In two columns it is a token: a result, a year and the next.
      if (columns.length > 2 && isWordRange(columns[0]!)) continue;
      row++;
      counted &&= columns[0] === String(row);
      rows.push(columns);
    }
  }
  if (!rows.length) return null;
  const columns = mostFrequent(rows.map(({ length }) => length));
  const usual = rows.filter(({ length }) => length === columns);
  const valuesOf = (column: number): string[] => usual.map((fields) => fields[column]!);
  // Columns of UNER and CoNLL-U files begin with the number of the token.
  const tokenColumn = counted && rows.length > 1 && columns > 2 ? 1 : 0;
  for (let tagColumn = columns - 1; tagColumn > tokenColumn; tagColumn--) {
    const kind = kindOfTags(valuesOf(tagColumn));
    if (kind === 'prefixed') {
      let outer = tagColumn;
      while (outer - 1 > tokenColumn && areEntities(valuesOf(outer - 1))) outer--;
      return { separator, columns, tokenColumn, tagColumn: outer, prefixed: true, nested: tagColumn - outer };
    }
    if (kind === 'types' && tagColumn === columns - 1) return { separator, columns, tokenColumn, tagColumn, prefixed: false, nested: 0 };
  }
  return null;
}

/** Types of chunks, whose column stands before that of entities in CoNLL-2000 and 2003. */
const CHUNKS = /^(?:NP|VP|PP|ADVP|ADJP|SBAR|PRT|CONJP|INTJ|LST|UCP|NC|VC|PC)$/;

/** Whether tags are those of entities, so that the column behind them holds the entities inside these and not what chunks are made of. */
function areEntities(tags: readonly string[]): boolean {
  const types = tags.filter(isPrefixedTag).map((tag) => tag.slice(2));
  return kindOfTags(tags) === 'prefixed' && types.length > 0 && !types.some((type) => CHUNKS.test(type));
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

/** Whether lines are single words, or nearly all are. */
export function isTokensAlone(sample: readonly string[]): boolean {
  const lines = sample.filter((line) => line.trim() && !line.startsWith('#') && !line.startsWith('-DOCSTART-'));
  return lines.length > 0 && lines.filter((line) => /^\S+$/.test(line)).length >= lines.length * 0.95;
}

/** Tokens alone, one a line: only a file that says so by its name is read like this. */
export const TOKENS_ALONE: ConllLayout = { separator: '\t', columns: 1, tokenColumn: 0, tagColumn: null, prefixed: true, nested: 0 };

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

export function describeLayout({ separator, columns, tagColumn }: ConllLayout, scheme: string): string {
  if (tagColumn === null) return 'tokens, one a line, without tags';
  return `${separator === '\t' ? 'tab' : 'space'}-separated, ${columns} columns, ${scheme}`;
}
