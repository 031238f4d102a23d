/** What the cells of a column say. */
export type Role = 'text' | 'tokens' | 'tags' | 'spans' | 'suggestions' | 'split' | 'token' | 'tag' | 'id' | 'start' | 'end' | 'label' | 'score' | 'source' | 'note';

/** Numbers of the columns that are read. */
export type Columns = Partial<Record<Role, number>>;

/** The cell of a row that has a role; '' where none has. */
export function cellOf(cells: readonly string[], columns: Columns, role: Role): string {
  const column = columns[role];
  return column === undefined ? '' : (cells[column] ?? '');
}

/** What one row of a table is. */
export type RowKind = 'text' | 'token' | 'span';

/** A table as its header describes it. */
export interface TableHeader {
  kind: RowKind;
  columns: Columns;
  /** Names of the columns that are not read. */
  ignored: string[];
}

/** Names of columns, lower case, words with one space between them; the first that a table has counts. */
const NAMES: Record<Role, readonly string[]> = {
  text: ['text', 'sentence', 'content', 'document', 'raw text', 'full text', 'sentence text', 'document text', 'doc text', 'texts', 'sentences', 'body', 'message', 'tweet', 'abstract', 'utterance', 'review', 'description', 'input'],
  tokens: ['tokens', 'words'],
  tags: ['ner tags', 'tags', 'labels', 'label', 'tag', 'ner', 'bio', 'bio tags', 'word labels'],
  spans: ['spans', 'entities', 'annotations', 'annotation', 'labels', 'label', 'ents', 'ner', 'named entities', 'entity'],
  suggestions: ['suggestions'],
  split: ['split', 'subset', 'set', 'partition'],
  token: ['token', 'word', 'form', 'tokens', 'words'],
  tag: ['ner tag', 'ner', 'tag', 'iob', 'bio', 'iob tag', 'bio tag', 'entity tag', 'ner tags', 'tags', 'entity', 'label', 'labels', 'type'],
  id: ['sentence #', 'sentence id', 'sent id', 'sentence number', 'sentence no', 'sentence idx', 'sentence', 'sent', 'sid', 'text id', 'document id', 'doc id', 'docid', 'id', 'doc', 'document'],
  start: ['start', 'begin', 'start offset', 'start char', 'char start', 'start index', 'start pos', 'start position', 'offset start', 'from'],
  end: ['end', 'stop', 'end offset', 'end char', 'char end', 'end index', 'end pos', 'end position', 'offset end', 'to'],
  label: ['label', 'type', 'entity type', 'entity label', 'ner', 'tag', 'category', 'class', 'entity'],
  score: ['score', 'confidence', 'probability'],
  source: ['source'],
  note: ['note', 'comment'],
};

/** Which roles a row of each kind has. */
const ROLES: Record<RowKind, readonly Role[]> = {
  span: ['text', 'start', 'end', 'label', 'score', 'source', 'note', 'id', 'split'],
  token: ['token', 'tag', 'id', 'split'],
  text: ['text', 'tokens', 'spans', 'tags', 'suggestions', 'split'],
};

/** Recognises a header by the names in it; null where it is none. `sample` has the rows behind it. */
export function readHeader(cells: readonly string[], sample: readonly (readonly string[])[]): TableHeader | null {
  const names = cells.map((cell) => cell.trim().toLowerCase().replace(/[\s_.-]+/g, ' '));
  const find = (role: Role, accept: (column: number) => boolean = () => true): number => {
    for (const name of NAMES[role]) {
      const column = names.indexOf(name);
      if (column >= 0 && accept(column)) return column;
    }
    return -1;
  };
  const holdsLists = (column: number): boolean => {
    const filled = sample.map((row) => row[column]?.trim() ?? '').filter((cell) => cell);
    return filled.length > 0 && filled.filter((cell) => /^[[{(]/.test(cell)).length * 2 > filled.length;
  };
  const has = (...roles: Role[]): boolean => roles.every((role) => find(role) >= 0);
  const token = find('token', (column) => !holdsLists(column));
  const kindOf = (): RowKind | null => {
    if (has('start', 'end', 'label')) return 'span';
    if (token >= 0 && (has('tag') || has('id'))) return 'token';
    return has('text') || (has('tokens', 'tags') && holdsLists(find('tokens'))) ? 'text' : null;
  };
  const kind = kindOf();
  if (!kind) return null;
  const columns: Columns = {};
  const taken = new Set<number>();
  for (const role of ROLES[kind]) {
    // A column called "label" or "entity" may hold classes of texts, or the entities' names alone: lists of spans look like lists.
    const sure = role !== 'spans' && role !== 'tags' && role !== 'tokens' && role !== 'suggestions';
    const column = find(role, (at) => !taken.has(at) && (role === 'token' ? !holdsLists(at) : sure || holdsLists(at) || isEmptyList(role, names[at]!, at)));
    if (column < 0) continue;
    columns[role] = column;
    taken.add(column);
  }
  return { kind, columns, ignored: cells.filter((cell, column) => !taken.has(column) && cell.trim()) };

  /** Columns that mean nothing else, though all cells of the sample are empty. */
  function isEmptyList(role: Role, name: string, column: number): boolean {
    return name === role && role !== 'tags' && sample.every((row) => !row[column]?.trim());
  }
}
