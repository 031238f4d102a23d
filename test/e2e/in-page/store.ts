import type { Change } from '../../../web/src/dataset/change.ts';
import type { Document } from '../../../web/src/dataset/document.ts';
import { store } from '../../../web/src/state/store.ts';
import { workspace } from '../../../web/src/state/workspace.svelte.ts';
import { applyChange } from '../../../web/src/storage/changes.ts';
import { listDatasets } from '../../../web/src/storage/datasets.ts';
import { readDocuments } from '../../../web/src/storage/documents.ts';
import type { DatasetRecord, DocumentRecord } from '../../../web/src/storage/schema.ts';

/** The store and the workspace of the app, for tests that ask more of them than the pages show. */
export { makeBackup, readBackup, restoreBackup } from '../../../web/src/state/backup.ts';
export { measureSpace } from '../../../web/src/storage/quota.ts';
export { saveRun } from '../../../web/src/storage/runs.ts';
export { workspace, applyChange, store };

const words = 25;

/** A document of 25 words with three labels. */
function makeDocument(index: number): Document {
  const tokens = Array.from({ length: words }, (_, place) => `word${(index * 7 + place * 13) % 997}`);
  const ranges: [number, number][] = [];
  let at = 0;
  for (const token of tokens) {
    ranges.push([at, at + token.length]);
    at += token.length + 1;
  }
  const spans = [2, 9, 17].map((place) => ({ start: ranges[place]![0], end: ranges[place + 1]![1], type: place % 2 ? 'person' : 'place', source: 'manual' as const }));
  return { id: `d${index}`, text: tokens.join(' '), words: ranges, spans, split: 'train', origin: { file: 'made.conll', line: 1 + index * 26 } };
}

export const makeDocuments = (length: number): Document[] => Array.from({ length }, (_, index) => makeDocument(index));

export const makeDataset = (id: string) => ({ id, name: `Set ${id}`, types: [{ name: 'person', definition: 'A human being.', colour: 30 }], language: 'en', layers: [], created: 1 });

/** Labels one more word of every document that is given. */
export function labelling(what: string, records: readonly { position: number; document: Document }[], place = 5): Change {
  const documents = records.map(({ position, document: { spans, words: ranges } }) => {
    const [start, end] = ranges![place]!;
    return { position, before: { spans }, after: { spans: [...spans, { start, end, type: 'event', source: 'manual' as const }] } };
  });
  return { what, at: 1, documents };
}

/** What the page shows of the open data set, in the words of `stored`. */
export function shown(): string {
  const { record, documents } = workspace;
  return record ? describe(record, documents) : 'nothing';
}

/** Opens a data set and waits until this tab may change it. */
export async function edit(id: string): Promise<void> {
  if (workspace.loading) await workspace.start(id);
  await workspace.open(id);
  while (!workspace.editable) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a promise was rejected with, in words; the empty string where it was not. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => '',
    (error: unknown) => String(error),
  );

/** What is stored, short enough to compare: a data set's texts, its place in the history, a hash of its documents, and all records without an owner. */
export async function stored(): Promise<Record<string, string>> {
  const opened = await store();
  const result: Record<string, string> = {};
  const sets = await listDatasets(opened);
  for (const record of sets) result[record.id] = describe(record, await readDocuments(opened, record.id));
  const known = new Set(sets.map(({ id }) => id));
  for (const name of ['blocks', 'changes'] as const) {
    const owners = new Set((await opened.getAllKeys(name)).map(([dataset]) => dataset));
    for (const owner of owners) if (!known.has(owner)) result[`${name} of ${owner}`] = 'left over';
  }
  return result;
}

const describe = ({ texts, revision, history }: DatasetRecord, documents: readonly DocumentRecord[]): string =>
  `${texts} ${revision} ${history.done}/${history.total} ${documents.length} ${hash(JSON.stringify(documents))}`;

/** FNV-1a. */
function hash(string: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < string.length; i++) value = Math.imul(value ^ string.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
