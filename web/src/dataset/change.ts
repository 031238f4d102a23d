import type { Document, EntityType, Layer } from './document.ts';

/** The fields of a document that a change replaces. A field that is undefined is taken away. */
export type Fields = Partial<Omit<Document, 'id'>>;

/** What happens to one document. `before` is null where it is added, `after` is null where it is removed; then the other is the whole document. */
export interface DocumentChange {
  /** Its place in the data set. */
  position: number;
  before: Fields | Document | null;
  after: Fields | Document | null;
}

/** One step of the history: undone and redone as one. */
export interface Change {
  /** What was done, in the words shown beside Undo. */
  what: string;
  /** Milliseconds since 1970. */
  at: number;
  documents: DocumentChange[];
  /** The list of types, where it changes too. */
  types?: { before: EntityType[]; after: EntityType[] };
  /** The list of layers, where it changes too. */
  layers?: { before: Layer[]; after: Layer[] };
}

/** The same the other way round. */
export function reverse(change: Change): Change {
  const documents = change.documents.map(({ position, before, after }) => ({ position, before: after, after: before }));
  const { types, layers } = change;
  return { ...change, documents, ...(types ? { types: { before: types.after, after: types.before } } : {}), ...(layers ? { layers: { before: layers.after, after: layers.before } } : {}) };
}

/** An edit of one document, with the fields that differ and nothing else; null where none does. Fields are compared by identity: keep what did not change. */
export function editOf(position: number, before: Document, after: Document): DocumentChange | null {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Document)[];
  const changed = names.filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return null;
  const pick = (document: Document): Fields => Object.fromEntries(changed.map((name) => [name, document[name]]));
  return { position, before: pick(before), after: pick(after) };
}

/** A document after an edit; undefined where the edit removes it, the new one where it adds it. */
export function changed(document: Document | undefined, { after }: DocumentChange): Document | undefined {
  if (after === null) return undefined;
  if (!document) return 'id' in after ? after : undefined;
  const result = { ...document, ...after } as Document;
  for (const name of Object.keys(after) as (keyof Document)[]) if (result[name] === undefined) delete result[name];
  return result;
}
