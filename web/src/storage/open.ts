import { openDB, type IDBPDatabase } from 'idb';
import { checkMigrations, currentVersion, migrations, type Upgrade } from './migrations.ts';
import type { TagsmithSchema } from './schema.ts';

export type Store = IDBPDatabase<TagsmithSchema>;

/** The data in this browser was written by a newer Tagsmith than this one. It is left untouched. */
export class NewerDataError extends Error {
  override readonly name = 'NewerDataError';
}

/** The browser gives no storage: private mode of some browsers, or a full or locked disk. */
export class NoStorageError extends Error {
  override readonly name = 'NoStorageError';
}

export interface StoreEvents {
  /** Another tab with a newer Tagsmith wants to migrate; this one has let go of the database and has to be reloaded. */
  replaced?: () => void;
}

/**
 * Opens the store of this browser, bringing older data up to date.
 * @throws NewerDataError where the data is of a newer version, NoStorageError where the browser refuses storage.
 */
export async function openStore(name = 'tagsmith', events: StoreEvents = {}): Promise<Store> {
  checkMigrations(migrations);
  try {
    return await openDB<TagsmithSchema>(name, currentVersion, {
      upgrade(database, from, _to, transaction) {
        migrate(database as unknown as IDBPDatabase, from, transaction as unknown as Upgrade).catch(() => transaction.abort());
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        events.replaced?.();
      },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new NewerDataError(`The data in this browser was written by a newer version of Tagsmith than this one, which reads up to version ${currentVersion}. Nothing was changed. Reload the page, or open the newer Tagsmith.`);
    }
    throw new NoStorageError(`This browser gives the page no storage (${error instanceof Error ? error.message : String(error)}). Leave private browsing, or free some disk space, then reload.`);
  }
}

async function migrate(database: IDBPDatabase, from: number, upgrade: Upgrade): Promise<void> {
  for (const migration of migrations.slice(from)) await migration.run(database, upgrade);
}
