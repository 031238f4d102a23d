import type { ModelFiles } from '../train/protocol.ts';
import { atomically, settle } from './atomic.ts';
import { fileRecords } from './models.ts';
import type { Store } from './open.ts';
import type { ModelRecord, RunRecord } from './schema.ts';

/** Runs of a data set, newest first. */
export async function listRuns(store: Store, dataset: string): Promise<RunRecord[]> {
  const runs = await store.getAllFromIndex('runs', 'dataset', dataset);
  return runs.sort((a, b) => b.created - a.created);
}

/** Writes a run and the tagger it made, together or not at all. */
export async function saveRun(store: Store, run: RunRecord, model: ModelRecord, files: ModelFiles): Promise<void> {
  const transaction = store.transaction(['runs', 'models', 'modelFiles'], 'readwrite');
  await atomically(transaction, async () =>
    settle([
      () => transaction.objectStore('runs').put(run),
      () => transaction.objectStore('models').put(model),
      ...fileRecords(model.id, files).map((file) => () => transaction.objectStore('modelFiles').put(file)),
    ]),
  );
}
