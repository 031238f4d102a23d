import { deleteDB } from 'idb';

/** Names of the databases where a browser can't list them. */
const DATABASES = ['tagsmith'];

/**
 * Removes all that this page's address keeps in the browser: the app itself, databases, caches with encoders, private files, settings. Another tab
 * that holds a database open lets go of it when it is asked to.
 */
export async function wipeStorage(): Promise<void> {
  // First, so that it fills no cache any more. It is missing outside a secure context, as two others below are.
  await (await (navigator.serviceWorker as ServiceWorkerContainer | undefined)?.getRegistration())?.unregister();
  const databases = (await (indexedDB as Partial<IDBFactory>).databases?.call(indexedDB))?.flatMap(({ name }) => name ?? []) ?? DATABASES;
  await Promise.all(databases.map((name) => deleteDB(name)));
  const kept = (globalThis as { caches?: CacheStorage }).caches;
  if (kept) await Promise.all((await kept.keys()).map((name) => kept.delete(name)));
  const files = await (navigator.storage as StorageManager | undefined)?.getDirectory().catch(() => undefined);
  if (files) for await (const name of files.keys()) await files.removeEntry(name, { recursive: true });
  localStorage.clear();
  sessionStorage.clear();
}
