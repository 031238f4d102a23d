import type { Layer } from '../../dataset/document.ts';
import { atomically } from '../atomic.ts';
import { ConflictError } from '../failures.ts';
import { within } from '../keys.ts';
import type { Store } from '../open.ts';
import type { DatasetRecord, ModelRecord, RunRecord } from '../schema.ts';
import { chooseIds, type Existing, type Ids, type RestoreOptions } from './ids.ts';
import { removeLeftovers, stagedId } from './leftovers.ts';
import type { Backup } from './read.ts';

const print = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

/**
 * Writes a backup that was read and found whole into the store. It is first written where nothing shows it, and then comes
 * into view in one transaction: all or nothing, however large. Settings that are there already stay.
 * @returns the ids of the data sets.
 * @throws ConflictError, StorageFullError: then nothing has changed.
 */
export async function restoreBackup(store: Store, backup: Backup, options: RestoreOptions): Promise<string[]> {
  await removeLeftovers(store);
  try {
    const ids = await chooseIds(store, backup, options);
    const runs: RunRecord[] = [];
    for await (const run of backup.runs()) runs.push(run);
    const staged = await stage(store, backup, ids, options.newId);
    await comeIntoView(store, backup, runs, ids, staged, options.existing);
    return [...ids.datasets.values()];
  } catch (error) {
    await removeLeftovers(store).catch(() => undefined);
    throw error;
  }
}

/** Where the parts of a data set or a tagger lie until they come into view, and how many they are. */
interface Staged {
  datasets: Map<string, { id: string; blocks: number; changes: number }>;
  models: Map<string, string>;
}

/** Records written in one transaction: their reading waits for the file in between. */
const batch = 64;

async function stage(store: Store, backup: Backup, ids: Ids, newId: () => string): Promise<Staged> {
  const staged: Staged = {
    datasets: new Map(backup.datasets.map(({ id }) => [id, { id: stagedId(newId()), blocks: 0, changes: 0 }])),
    models: new Map(backup.models.map(({ id }) => [id, stagedId(newId())])),
  };
  await inBatches(backup.blocks(), async (lines) => {
    const writing = store.transaction('blocks', 'readwrite');
    await atomically(writing, async () => {
      for (const { dataset, block, documents } of lines) {
        const own = staged.datasets.get(dataset)!;
        own.blocks += 1;
        await writing.store.put({ dataset: own.id, block, documents: print(documents) });
      }
    });
  });
  await inBatches(backup.changes(), async (lines) => {
    const writing = store.transaction('changes', 'readwrite');
    await atomically(writing, async () => {
      for (const { dataset, number, change } of lines) {
        const own = staged.datasets.get(dataset)!;
        own.changes += 1;
        const { layers } = change;
        const renamed = layers ? { ...change, layers: { before: renameModels(layers.before, ids), after: renameModels(layers.after, ids) } } : change;
        await writing.store.put({ dataset: own.id, number, what: change.what, change: print(renamed) });
      }
    });
  });
  await inBatches(backup.replies(), async (lines) => {
    const writing = store.transaction('replies', 'readwrite');
    await atomically(writing, async () => {
      // A reply that is here already stays: the same request has the same.
      for (const line of lines) if ((await writing.store.getKey(line.key)) === undefined) await writing.store.put({ ...line, dataset: staged.datasets.get(line.dataset)!.id });
    });
  });
  for (const [place, { id, files }] of backup.models.entries()) {
    for (const file of files) await putFile(store, staged.models.get(id)!, file, backup.modelFile(place, file));
  }
  return staged;
}

async function putFile(store: Store, model: string, file: string, blob: Blob): Promise<void> {
  const writing = store.transaction('modelFiles', 'readwrite');
  await atomically(writing, async () => writing.store.put({ model, file, blob }));
}

async function inBatches<Line>(lines: AsyncIterable<Line>, write: (lines: Line[]) => Promise<void>): Promise<void> {
  let waiting: Line[] = [];
  for await (const line of lines) {
    waiting.push(line);
    if (waiting.length < batch) continue;
    await write(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await write(waiting);
}

const everything = ['datasets', 'blocks', 'changes', 'runs', 'models', 'modelFiles', 'settings', 'llmJobs', 'replies'] as const;
const intoView = (store: Store) => store.transaction(everything, 'readwrite');
type Everything = ReturnType<typeof intoView>;

/** The moment at which all of the backup is there: one transaction, in which nothing but the database is waited for. */
async function comeIntoView(store: Store, backup: Backup, runs: readonly RunRecord[], ids: Ids, staged: Staged, existing: Existing): Promise<void> {
  const transaction = intoView(store);
  await atomically(transaction, async () => {
    for (const record of backup.datasets) {
      const id = ids.datasets.get(record.id)!;
      if (existing === 'replace') await removeAll(transaction, id);
      if (await transaction.objectStore('datasets').getKey(id)) throw new ConflictError('A data set of this backup was made in another tab in the meantime. Nothing was changed; restore it again.');
      const own = staged.datasets.get(record.id)!;
      const moved = [await moveAll(transaction, 'blocks', own.id, id), await moveAll(transaction, 'changes', own.id, id)];
      if (moved[0] !== own.blocks || moved[1] !== own.changes) throw new ConflictError('The backup was restored in another tab at the same time. Nothing was changed; restore it again.');
      await moveReplies(transaction, own.id, id);
      await transaction.objectStore('datasets').put(renamed(record, id, ids));
    }
    const owned = <Owned extends { id: string; dataset: string }>(value: Owned): Owned => ({ ...value, id: ids.models.get(value.id)!, dataset: ids.datasets.get(value.dataset) ?? value.dataset });
    for (const run of runs) await transaction.objectStore('runs').put(owned(run));
    for (const { files, ...model } of backup.models) {
      const record: ModelRecord = owned(model);
      await transaction.objectStore('models').put(record);
      for (const file of files) {
        const from = staged.models.get(model.id)!;
        const stored = await transaction.objectStore('modelFiles').get([from, file]);
        if (!stored) throw new ConflictError('The backup was restored in another tab at the same time. Nothing was changed; restore it again.');
        await transaction.objectStore('modelFiles').put({ ...stored, model: record.id });
        await transaction.objectStore('modelFiles').delete([from, file]);
      }
    }
    for (const job of backup.jobs) await transaction.objectStore('llmJobs').put({ ...job, id: ids.jobs.get(job.id)!, dataset: ids.datasets.get(job.dataset)! });
    const settings = transaction.objectStore('settings');
    for (const [name, value] of Object.entries(backup.settings)) {
      if ((await settings.getKey(name)) !== undefined) continue;
      await settings.put(name === 'lastDataset' ? (ids.datasets.get(String(value)) ?? value) : value, name);
    }
  });
}

async function removeAll(transaction: Everything, id: string): Promise<void> {
  const models = await transaction.objectStore('models').index('dataset').getAllKeys(id);
  const runs = await transaction.objectStore('runs').index('dataset').getAllKeys(id);
  const jobs = await transaction.objectStore('llmJobs').index('dataset').getAllKeys(id);
  await Promise.all([
    transaction.objectStore('datasets').delete(id),
    transaction.objectStore('blocks').delete(within(id)),
    transaction.objectStore('changes').delete(within(id)),
    ...runs.map(async (run) => transaction.objectStore('runs').delete(run)),
    ...jobs.map(async (job) => transaction.objectStore('llmJobs').delete(job)),
    ...models.flatMap((model) => [transaction.objectStore('models').delete(model), transaction.objectStore('modelFiles').delete(within(model))]),
  ]);
}

/** Gives records another owner, and tells how many they were. */
async function moveAll(transaction: Everything, name: 'blocks' | 'changes', from: string, to: string): Promise<number> {
  const records = transaction.objectStore(name);
  let count = 0;
  for (;;) {
    const some = await records.getAll(within(from), batch);
    if (some.length === 0) return count;
    count += some.length;
    const last = some.at(-1)!;
    await Promise.all(some.map(async (record) => records.put({ ...record, dataset: to } as never)));
    await records.delete(IDBKeyRange.bound([from], [from, 'block' in last ? last.block : last.number]));
  }
}

async function moveReplies(transaction: Everything, from: string, to: string): Promise<void> {
  const replies = transaction.objectStore('replies');
  for (;;) {
    const some = await replies.index('dataset').getAll(from, batch);
    if (some.length === 0) return;
    await Promise.all(some.map(async (reply) => replies.put({ ...reply, dataset: to })));
  }
}

function renamed(record: DatasetRecord, id: string, ids: Ids): DatasetRecord {
  const { dataset } = record;
  const layers = renameModels(dataset.layers, ids);
  const { derivation } = dataset;
  const from = derivation && ids.datasets.get(derivation.from.id);
  return { ...record, id, dataset: { ...dataset, id, layers, ...(derivation && from ? { derivation: { ...derivation, from: { ...derivation.from, id: from } } } : {}) } };
}

const renameModels = (layers: readonly Layer[], ids: Ids): Layer[] => layers.map((layer) => (layer.model === undefined ? layer : { ...layer, model: ids.models.get(layer.model) ?? layer.model }));
