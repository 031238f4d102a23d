import type { ModelFiles } from '../train/protocol.ts';
import type { Store } from './open.ts';
import type { ModelRecord } from './schema.ts';

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
  const records = await store.getAll('modelFiles', IDBKeyRange.bound([model], [model, []]));
  if (records.length === 0) throw new Error('The files of this tagger are no longer in this browser. Train it again: the same recipe, data and seed give the same tagger.');
  const entries = await Promise.all(records.map(async ({ file, blob }) => [file, new Uint8Array(await blob.arrayBuffer())] as const));
  return Object.fromEntries(entries);
}
