import type { Page } from '@playwright/test';
import type { Document } from '../../web/src/dataset/document.ts';

/** The documents of a data set as they lie in the browser's store: blocks of JSON in UTF-8. */
export async function storedDocuments(page: Page, name: string): Promise<Document[]> {
  const blocks = await page.evaluate(async (wanted) => {
    const request = <Result>(asked: IDBRequest<Result>) => new Promise<Result>((resolve, reject) => ((asked.onsuccess = () => resolve(asked.result)), (asked.onerror = () => reject(new Error(asked.error?.message)))));
    const database = await request(indexedDB.open('tagsmith'));
    try {
      const transaction = database.transaction(['datasets', 'blocks']);
      const records = (await request(transaction.objectStore('datasets').getAll())) as { id: string; dataset: { name: string } }[];
      const id = records.find(({ dataset }) => dataset.name === wanted)?.id ?? '';
      const found = (await request(transaction.objectStore('blocks').getAll(IDBKeyRange.bound([id], [id, []])))) as { documents: Uint8Array }[];
      return found.map(({ documents }) => new TextDecoder().decode(documents));
    } finally {
      database.close();
    }
  }, name);
  return blocks.flatMap((block) => (JSON.parse(block) as { document: Document }[]).map(({ document }) => document));
}
