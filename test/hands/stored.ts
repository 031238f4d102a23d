import type { Page } from '@playwright/test';
import type { Document } from '../../web/src/dataset/document.ts';

/** The documents of a data set as they lie in the browser's store. */
export async function storedDocuments(page: Page, name: string): Promise<Document[]> {
  return page.evaluate(async (wanted) => {
    const request = <Result>(asked: IDBRequest<Result>) => new Promise<Result>((resolve, reject) => ((asked.onsuccess = () => resolve(asked.result)), (asked.onerror = () => reject(new Error(asked.error?.message)))));
    const database = await request(indexedDB.open('tagsmith'));
    try {
      const transaction = database.transaction(['datasets', 'blocks']);
      const records = (await request(transaction.objectStore('datasets').getAll())) as { id: string; dataset: { name: string } }[];
      const id = records.find(({ dataset }) => dataset.name === wanted)?.id ?? '';
      const blocks = (await request(transaction.objectStore('blocks').getAll(IDBKeyRange.bound([id], [id, []])))) as { documents: { document: Document }[] }[];
      return blocks.flatMap(({ documents }) => documents.map(({ document }) => document));
    } finally {
      database.close();
    }
  }, name);
}
