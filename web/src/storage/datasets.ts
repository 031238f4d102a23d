import type { Dataset, Document } from '../dataset/document.ts';
import { atomically, settle } from './atomic.ts';
import type { Store } from './open.ts';
import type { DatasetRecord, DocumentRecord, ModelFileRecord, ModelRecord, RunRecord } from './schema.ts';

/** All keys of one data set in a store keyed by `[dataset, …]`: an array sorts after every number and string. */
const within = (id: string) => IDBKeyRange.bound([id], [id, []]);

/** Newest first. */
export async function listDatasets(store: Store): Promise<DatasetRecord[]> {
  const records = await store.getAll('datasets');
  return records.sort((a, b) => b.opened - a.opened);
}

/** In the order of import. */
export async function readDocuments(store: Store, dataset: string): Promise<DocumentRecord[]> {
  return store.getAll('documents', within(dataset));
}

/**
 * Writes a data set with documents appended after those it has. All or nothing: where one write fails (a full disk, a
 * document that cannot be stored), the data set is as it was.
 */
export async function importDocuments(store: Store, dataset: Dataset, documents: readonly Document[], now: number): Promise<DatasetRecord> {
  const transaction = store.transaction(['datasets', 'documents'], 'readwrite');
  return atomically(transaction, async () => {
    const stored = transaction.objectStore('documents');
    const last = await stored.openKeyCursor(within(dataset.id), 'prev');
    const first = last ? last.key[1] + 1 : 0;
    const texts = (await stored.count(within(dataset.id))) + documents.length;
    const record: DatasetRecord = { id: dataset.id, dataset, texts, opened: now };
    await settle([
      ...documents.map((document, index) => () => stored.put({ dataset: dataset.id, position: first + index, document })),
      () => transaction.objectStore('datasets').put(record),
    ]);
    return record;
  });
}

/** Replaces the description of a data set (its name, its types) together with the documents that change with it. */
export async function writeDataset(store: Store, record: DatasetRecord, changed: readonly DocumentRecord[] = []): Promise<void> {
  const transaction = store.transaction(['datasets', 'documents'], 'readwrite');
  await atomically(transaction, async () =>
    settle([() => transaction.objectStore('datasets').put(record), ...changed.map((value) => () => transaction.objectStore('documents').put(value))]),
  );
}

/** Writes documents at their positions: an edit, or a deletion taken back. */
export async function writeDocuments(store: Store, records: readonly DocumentRecord[]): Promise<void> {
  await changeDocuments(store, records, (documents, record) => documents.put(record));
}

export async function deleteDocuments(store: Store, records: readonly DocumentRecord[]): Promise<void> {
  await changeDocuments(store, records, (documents, record) => documents.delete([record.dataset, record.position]));
}

/** Deletes a data set with its documents, runs and models, and gives back all that is needed to undo that. */
export async function deleteDataset(store: Store, id: string): Promise<DeletedDataset> {
  const names = ['datasets', 'documents', 'runs', 'models', 'modelFiles'] as const;
  const transaction = store.transaction(names, 'readwrite');
  return atomically(transaction, async () => {
    const record = await transaction.objectStore('datasets').get(id);
    const documents = await transaction.objectStore('documents').getAll(within(id));
    const runs = await transaction.objectStore('runs').index('dataset').getAll(id);
    const models = await transaction.objectStore('models').index('dataset').getAll(id);
    const files = (await Promise.all(models.map((model) => transaction.objectStore('modelFiles').getAll(within(model.id))))).flat();
    await settle([
      () => transaction.objectStore('datasets').delete(id),
      () => transaction.objectStore('documents').delete(within(id)),
      ...runs.map((run) => () => transaction.objectStore('runs').delete(run.id)),
      ...models.map((model) => () => transaction.objectStore('models').delete(model.id)),
      ...models.map((model) => () => transaction.objectStore('modelFiles').delete(within(model.id))),
    ]);
    return { record, documents, runs, models, files };
  });
}

export async function restoreDataset(store: Store, deleted: DeletedDataset): Promise<void> {
  const { record } = deleted;
  const transaction = store.transaction(['datasets', 'documents', 'runs', 'models', 'modelFiles'], 'readwrite');
  await atomically(transaction, async () =>
    settle([
      ...(record ? [() => transaction.objectStore('datasets').put(record)] : []),
    ...deleted.documents.map((value) => () => transaction.objectStore('documents').put(value)),
    ...deleted.runs.map((value) => () => transaction.objectStore('runs').put(value)),
    ...deleted.models.map((value) => () => transaction.objectStore('models').put(value)),
    ...deleted.files.map((value) => () => transaction.objectStore('modelFiles').put(value)),
    ]),
  );
}

export interface DeletedDataset {
  record: DatasetRecord | undefined;
  documents: DocumentRecord[];
  runs: RunRecord[];
  models: ModelRecord[];
  files: ModelFileRecord[];
}

type DocumentStore = { put(record: DocumentRecord): Promise<unknown>; delete(key: [string, number]): Promise<unknown> };

/** Applies one change to each document and corrects the counts of their data sets, in one transaction. */
async function changeDocuments(store: Store, records: readonly DocumentRecord[], change: (documents: DocumentStore, record: DocumentRecord) => Promise<unknown>): Promise<void> {
  const transaction = store.transaction(['datasets', 'documents'], 'readwrite');
  const documents = transaction.objectStore('documents');
  await atomically(transaction, async () => {
    await settle(records.map((record) => () => change(documents, record)));
    for (const id of new Set(records.map((record) => record.dataset))) {
      const dataset = await transaction.objectStore('datasets').get(id);
      if (dataset) await transaction.objectStore('datasets').put({ ...dataset, texts: await documents.count(within(id)) });
    }
  });
}
