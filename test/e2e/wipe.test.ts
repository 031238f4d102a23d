import type { Page } from '@playwright/test';
import { inspect } from './inspect.ts';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

/** All that the page's address keeps in the browser, by kind. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const files: string[] = [];
    for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
    const workers = (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope);
    return { databases: (await indexedDB.databases()).map(({ name }) => name), workers, caches: await caches.keys(), files, settings: Object.keys(localStorage), session: Object.keys(sessionStorage) };
  });

test.use({ serviceWorkers: 'allow' });

test('leave and wipe leaves nothing in the browser, and the page begins anew', async ({ page, context }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(10) }], 'Lantern Coast');
  await trainTiny(page, { device: 'wasm', steps: '5', dropout: '0' });
  await page.getByRole('button', { name: 'Switch to dark' }).click();
  // The encoder, the app and its runtime.
  await expect.poll(async () => (await kept(page)).caches.length).toBe(3);
  const before = await kept(page);
  expect(before.workers).toHaveLength(1);
  expect(before.databases).toEqual(['tagsmith']);
  expect([before.caches, before.files, before.settings].map(({ length }) => length)).not.toContain(0);

  await page.getByRole('button', { name: /^Workspace:/ }).click();
  await page.getByRole('button', { name: 'Manage workspaces' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Leave and wipe' }).click();
  await expect(dialog).toContainText('This cannot be undone.');
  await inspect(page, 'wipe');
  await dialog.getByRole('button', { name: 'Remove everything' }).click();
  await expect(page.getByRole('button', { name: 'Make a tagger from the sample' })).toBeVisible();
  // The new page opens its empty database.
  await expect.poll(async () => (await kept(page)).databases).toEqual(['tagsmith']);

  // Listed on a page of the same address that runs no program of ours.
  await context.route('**/nothing', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Nothing</title>' }));
  await page.goto('nothing');
  const after = await kept(page);
  expect(after).toEqual({ databases: ['tagsmith'], workers: [], caches: [], files: [], settings: [], session: [] });
  const rows = await page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('tagsmith');
        opening.onerror = () => reject(opening.error ?? new Error('not opened'));
        opening.onsuccess = () => {
          const database = opening.result;
          const names = [...database.objectStoreNames];
          const transaction = database.transaction(names);
          let count = 0;
          for (const name of names) transaction.objectStore(name).count().onsuccess = ({ target }) => (count += (target as IDBRequest<number>).result);
          transaction.oncomplete = () => resolve(count);
        };
      }),
  );
  expect(rows).toBe(0);
});
