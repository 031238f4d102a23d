import type { Dataset } from '../dataset/document.ts';
import { mergeDatasets, type MergeOptions } from '../dataset/merge-datasets.ts';
import { createDataset } from './datasets.ts';
import { readDocuments } from './documents.ts';
import { ConflictError } from './failures.ts';
import type { Store } from './open.ts';
import type { DatasetRecord } from './schema.ts';

/** What a new data set is called: its id, its name, and when it was made, in milliseconds since 1970. */
export type Naming = Pick<Dataset, 'id' | 'name' | 'created'>;

/**
 * A new data set with the documents, types and layers of another; its history begins empty.
 * @throws ConflictError where the other one is gone, StorageFullError.
 */
export async function copyDataset(store: Store, source: string, naming: Naming): Promise<DatasetRecord> {
  const { dataset, documents } = await readWhole(store, source);
  const derivation = { from: { id: dataset.id, name: dataset.name }, how: 'copy', settings: {}, at: naming.created };
  return createDataset(store, { ...dataset, ...naming, derivation }, documents, naming.created);
}

/**
 * A new data set with the documents of several, as `mergeDatasets` puts them together.
 * @throws ConflictError where one of them is gone, StorageFullError.
 */
export async function mergeStored(store: Store, sources: readonly string[], naming: Naming, options: MergeOptions): Promise<DatasetRecord> {
  const parts = await Promise.all(sources.map(async (id) => readWhole(store, id)));
  const { dataset, documents } = mergeDatasets(parts, naming, options);
  return createDataset(store, dataset, documents, naming.created);
}

async function readWhole(store: Store, id: string) {
  const [record, records] = await Promise.all([store.get('datasets', id), readDocuments(store, id)]);
  if (!record) throw new ConflictError('A data set was deleted in the meantime, so nothing was changed.');
  return { dataset: record.dataset, documents: records.map(({ document }) => document) };
}
