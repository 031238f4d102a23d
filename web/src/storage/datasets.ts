import type { Dataset, Document } from '../dataset/document.ts';
import { atomically, inTurns, settle } from './atomic.ts';
import { pack, toRecord } from './blocks.ts';
import { ConflictError } from './failures.ts';
import { within } from './keys.ts';
import type { Store } from './open.ts';
import type { BlockRecord, ChangeRecord, DatasetRecord, LlmJobRecord, ModelFileRecord, ModelRecord, RunRecord } from './schema.ts';

/** What is said of a data set beside its texts and types. */
export type Description = Partial<Pick<Dataset, 'name' | 'language' | 'licence'>>;

/** Newest first. */
export async function listDatasets(store: Store): Promise<DatasetRecord[]> {
  const records = await store.getAll('datasets');
  return records.sort((a, b) => b.opened - a.opened);
}

export async function readDataset(store: Store, id: string): Promise<DatasetRecord | undefined> {
  return store.get('datasets', id);
}

/**
 * Writes a new data set with its documents, all or nothing.
 * @throws ConflictError where there is one with this id, StorageFullError.
 */
export async function createDataset(store: Store, dataset: Dataset, documents: readonly Document[], now: number): Promise<DatasetRecord> {
  const transaction = store.transaction(['datasets', 'blocks'], 'readwrite');
  return atomically(transaction, async () => {
    const datasets = transaction.objectStore('datasets');
    if (await datasets.getKey(dataset.id)) throw new ConflictError('This data set is already in this browser. Nothing was changed.');
    const blocks = pack(documents.map((document, position) => ({ position, document })));
    const record: DatasetRecord = {
      id: dataset.id,
      dataset,
      texts: documents.length,
      opened: now,
      next: documents.length,
      revision: 0,
      exported: 0,
      history: { done: 0, total: 0, undo: null, redo: null },
    };
    await inTurns([() => datasets.put(record), ...blocks.map((block) => () => transaction.objectStore('blocks').put(toRecord(dataset.id, block)))]);
    return record;
  });
}

/**
 * Changes what is said of a data set; a field that is undefined is taken away.
 * @returns what was said before: describing it with that takes the change back.
 */
export async function describeDataset(store: Store, id: string, description: Description): Promise<Description> {
  let before: Description = {};
  await updateRecord(store, id, (record) => {
    const { dataset } = record;
    before = Object.fromEntries(Object.keys(description).map((name) => [name, dataset[name as keyof Description]]));
    const described = { ...dataset, ...description };
    if (described.licence === undefined) delete described.licence;
    return { ...record, dataset: described, revision: record.revision + 1 };
  });
  return before;
}

/** Notes that a data set lies in a file, as it is now or was at a revision. */
export async function markExported(store: Store, id: string, revision?: number): Promise<void> {
  await updateRecord(store, id, (record) => ({ ...record, exported: revision ?? record.revision }));
}

/** All that is needed to bring a deleted data set back. */
export interface DeletedDataset {
  record: DatasetRecord | undefined;
  blocks: BlockRecord[];
  changes: ChangeRecord[];
  runs: RunRecord[];
  models: ModelRecord[];
  files: ModelFileRecord[];
  jobs: LlmJobRecord[];
}

const everything = ['datasets', 'blocks', 'changes', 'runs', 'models', 'modelFiles', 'llmJobs'] as const;

/**
 * Deletes a data set with its documents, history, runs, models and jobs, and gives back all that is needed to undo that.
 * Replies of LLMs may be more than memory holds: they go at the next start, as what is left over.
 */
export async function deleteDataset(store: Store, id: string): Promise<DeletedDataset> {
  const transaction = store.transaction(everything, 'readwrite');
  return atomically(transaction, async () => {
    const models = await transaction.objectStore('models').index('dataset').getAll(id);
    const [record, blocks, changes, runs, jobs, ...files] = await Promise.all([
      transaction.objectStore('datasets').get(id),
      transaction.objectStore('blocks').getAll(within(id)),
      transaction.objectStore('changes').getAll(within(id)),
      transaction.objectStore('runs').index('dataset').getAll(id),
      transaction.objectStore('llmJobs').index('dataset').getAll(id),
      ...models.map(async (model) => transaction.objectStore('modelFiles').getAll(within(model.id))),
    ]);
    await settle([
      () => transaction.objectStore('datasets').delete(id),
      () => transaction.objectStore('blocks').delete(within(id)),
      () => transaction.objectStore('changes').delete(within(id)),
      ...runs.map((run) => () => transaction.objectStore('runs').delete(run.id)),
      ...jobs.map((job) => () => transaction.objectStore('llmJobs').delete(job.id)),
      ...models.map((model) => () => transaction.objectStore('models').delete(model.id)),
      ...models.map((model) => () => transaction.objectStore('modelFiles').delete(within(model.id))),
    ]);
    return { record, blocks, changes, runs, models, files: files.flat(), jobs };
  });
}

export async function restoreDataset(store: Store, deleted: DeletedDataset): Promise<void> {
  const { record } = deleted;
  const transaction = store.transaction(everything, 'readwrite');
  await atomically(transaction, async () =>
    settle([
      ...(record ? [() => transaction.objectStore('datasets').put(record)] : []),
      ...deleted.blocks.map((value) => () => transaction.objectStore('blocks').put(value)),
      ...deleted.changes.map((value) => () => transaction.objectStore('changes').put(value)),
      ...deleted.runs.map((value) => () => transaction.objectStore('runs').put(value)),
      ...deleted.models.map((value) => () => transaction.objectStore('models').put(value)),
      ...deleted.files.map((value) => () => transaction.objectStore('modelFiles').put(value)),
      ...deleted.jobs.map((value) => () => transaction.objectStore('llmJobs').put(value)),
    ]),
  );
}

async function updateRecord(store: Store, id: string, update: (record: DatasetRecord) => DatasetRecord): Promise<void> {
  const transaction = store.transaction('datasets', 'readwrite');
  await atomically(transaction, async () => {
    const record = await transaction.store.get(id);
    if (!record) throw new ConflictError('This data set was deleted in the meantime, so nothing was changed.');
    await transaction.store.put(update(record));
  });
}
