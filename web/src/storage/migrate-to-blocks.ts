import type { IDBPDatabase } from 'idb';
import { pack, toRecord } from './blocks.ts';
import type { Upgrade } from './migrations.ts';
import type { PlacedDocument } from './schema.ts';

/** Documents read at a time: bounds the memory of the migration. */
const batch = 2000;

/** Version 3: one record a document becomes blocks, and data sets gain a history, layers and counters. */
export async function documentsToBlocks(database: IDBPDatabase, upgrade: Upgrade): Promise<void> {
  const blocks = database.createObjectStore('blocks', { keyPath: ['dataset', 'block'] });
  database.createObjectStore('changes', { keyPath: ['dataset', 'number'] });
  const documents = upgrade.objectStore('documents');
  const datasets = upgrade.objectStore('datasets');
  for (const record of await datasets.getAll()) {
    const end = [record.id, []];
    let [texts, next] = [0, 0];
    for (;;) {
      const read = (await documents.getAll(IDBKeyRange.bound([record.id, next], end), batch)) as PlacedDocument[];
      const last = read.at(-1);
      if (!last) break;
      texts += read.length;
      next = last.position + 1;
      const placed = read.map(({ position, document }) => ({ position, document }));
      await Promise.all(pack(placed).map(async (block) => blocks.put!(toRecord(record.id, block))));
    }
    const dataset = { ...record.dataset, layers: record.dataset.layers ?? [] };
    await datasets.put!({ ...record, dataset, texts, next, revision: 0, exported: 0, history: { done: 0, total: 0, undo: null, redo: null } });
  }
  database.deleteObjectStore('documents');
}
