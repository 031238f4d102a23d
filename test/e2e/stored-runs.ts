import type { Page } from '@playwright/test';
import type { RunRecord } from '../../web/src/storage/schema.ts';

/** The runs in the page's database, the oldest first. */
export function storedRuns(page: Page): Promise<Pick<RunRecord, 'result' | 'evaluations' | 'reason'>[]> {
  return page.evaluate(async () => {
    const result = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error ?? new Error('no result')))));
    const [{ name }] = (await indexedDB.databases()) as [{ name: string }];
    const database = await result(indexedDB.open(name));
    const runs = await result<RunRecord[]>(database.transaction('runs').objectStore('runs').getAll());
    database.close();
    return runs.sort((one, other) => one.created - other.created);
  });
}
