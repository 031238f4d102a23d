import type { ModelFiles } from '../train/protocol.ts';
import { atomically, settle } from './atomic.ts';
import { within } from './keys.ts';
import type { Store } from './open.ts';
import type { ModelFileRecord, ModelRecord } from './schema.ts';

/** All taggers made in this browser, newest first. */
export async function listModels(store: Store): Promise<ModelRecord[]> {
  const models = await store.getAll('models');
  return models.sort((a, b) => b.created - a.created);
}

/**
 * The files of a tagger.
 * @throws where the browser has thrown them away.
 */
export async function readModelFiles(store: Store, model: string): Promise<ModelFiles> {
  const records = await store.getAll('modelFiles', within(model));
  if (records.length === 0) throw new Error('The files of this tagger are no longer in this browser. Train it again: the same recipe, data and seed give the same tagger.');
  const entries = await Promise.all(records.map(async ({ file, blob }) => [file, new Uint8Array(await blob.arrayBuffer())] as const));
  return Object.fromEntries(entries);
}

/** A tagger's files as they are stored. */
export function fileRecords(model: string, files: ModelFiles): ModelFileRecord[] {
  return Object.entries(files).map(([file, bytes]) => ({ model, file, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) }));
}

/** Writes a tagger with its files, all or nothing. */
export async function saveModel(store: Store, record: ModelRecord, files: ModelFiles): Promise<void> {
  await restoreModel(store, { record, files: fileRecords(record.id, files) });
}

/** All that is needed to bring a deleted tagger back. */
export interface DeletedModel {
  record: ModelRecord;
  files: ModelFileRecord[];
}

export async function restoreModel(store: Store, { record, files }: DeletedModel): Promise<void> {
  const transaction = store.transaction(['models', 'modelFiles'], 'readwrite');
  await atomically(transaction, async () => settle([() => transaction.objectStore('models').put(record), ...files.map((file) => () => transaction.objectStore('modelFiles').put(file))]));
}

/** Deletes a tagger with its files; the run that made it stays. @throws where it is not there */
export async function deleteModel(store: Store, id: string): Promise<DeletedModel> {
  const transaction = store.transaction(['models', 'modelFiles'], 'readwrite');
  return atomically(transaction, async () => {
    const [record, files] = await Promise.all([transaction.objectStore('models').get(id), transaction.objectStore('modelFiles').getAll(within(id))]);
    if (!record) throw new Error(GONE);
    await settle([() => transaction.objectStore('models').delete(id), () => transaction.objectStore('modelFiles').delete(within(id))]);
    return { record, files };
  });
}

/** @throws where it is not there */
export async function renameModel(store: Store, id: string, name: string): Promise<void> {
  const transaction = store.transaction('models', 'readwrite');
  const record = await transaction.store.get(id);
  if (!record) throw new Error(GONE);
  await Promise.all([transaction.store.put({ ...record, name }), transaction.done]);
}

const GONE = 'This tagger is no longer in this browser: another tab may have deleted it.';
