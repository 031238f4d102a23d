import { blockIndex } from './blocks.ts';
import { decodeDocuments } from './encode.ts';
import { within } from './keys.ts';
import type { Store } from './open.ts';
import type { DatasetRecord, DocumentRecord } from './schema.ts';

/** Milliseconds of reading between two moments in which the page can draw. */
const busy = 40;

/** In the order of the data set. */
export async function readDocuments(store: Store, dataset: string): Promise<DocumentRecord[]> {
  const blocks = await store.getAll('blocks', within(dataset));
  const records: DocumentRecord[] = [];
  let drawn = performance.now();
  for (const { documents } of blocks) {
    for (const { position, document } of decodeDocuments(documents)) records.push({ dataset, position, document });
    if (performance.now() - drawn < busy) continue;
    await new Promise((resolve) => setTimeout(resolve));
    drawn = performance.now();
  }
  return records;
}

/** The documents at some places, where there are any, and the data set's record of the same moment. Reads only their blocks. */
export async function readDocumentsAt(store: Store, dataset: string, positions: readonly number[]): Promise<{ record: DatasetRecord | undefined; documents: DocumentRecord[] }> {
  const transaction = store.transaction(['datasets', 'blocks']);
  const blocks = transaction.objectStore('blocks');
  const [record, keys] = await Promise.all([transaction.objectStore('datasets').get(dataset), blocks.getAllKeys(within(dataset))]);
  const numbers = keys.map(([, number]) => number);
  const wanted = new Set(positions);
  const touched = [...new Set(positions.map((position) => numbers[blockIndex(numbers, position)]))].filter((number) => number !== undefined);
  const read = await Promise.all(touched.map(async (number) => blocks.get([dataset, number])));
  const documents = read.flatMap((block) => (block ? decodeDocuments(block.documents) : [])).filter(({ position }) => wanted.has(position));
  return { record, documents: documents.map((placed) => ({ dataset, ...placed })) };
}
