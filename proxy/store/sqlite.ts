import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../error.ts';
import { openBooks, type Books } from './books.ts';
import { StoreError, type Shelf } from './transactions.ts';

const version = 2;
/** Of the file's one proxy. */
const owner = 'here';

/**
 * A store in one file, for one proxy; `:memory:` keeps nothing. What has been booked outlives a killed process, but the
 * last moments may be lost in a power cut: the file stays whole, and falls back to a slightly earlier state.
 * Throws a `ConfigError` where the file can't be opened, is in use, or is of another version.
 */
export async function openSqliteStore(file: string): Promise<Books> {
  let database: DatabaseSync;
  try {
    database = openDatabase(file);
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(explain(file, error as Error));
  }
  const books = openBooks(shelfOf(database), owner);
  await books.abandonCallsOf(owner);
  return books;
}

function shelfOf(database: DatabaseSync): Shelf {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const get = database.prepare('SELECT value FROM record WHERE key = ?');
  const put = database.prepare('INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const remove = database.prepare('DELETE FROM record WHERE key = ?');
  const list = database.prepare('SELECT key, value FROM record WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key');

  /** SQLite's errors (disk full, closed) become a `StoreError`. */
  async function inStore<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      if (database.isOpen && database.isTransaction) rollback.run();
      throw new StoreError(error);
    }
  }

  let wake = (): void => {};
  const readNow = (key: string): string | null => (get.get(key)?.value ?? null) as string | null;
  return {
    readNow,
    read: (keys) => inStore(() => keys.map(readNow)),
    list: (prefix) => inStore(() => list.all(prefix).map(({ key, value }) => [key as string, value as string])),
    // The file is this proxy's alone: nothing can have changed since it was seen.
    write: (_seen, changes, wakes) =>
      inStore(() => {
        if (changes.size > 0) {
          begin.run();
          for (const [key, text] of changes) void (text === null ? remove.run(key) : put.run(key, text));
          commit.run();
        }
        if (wakes) wake();
        return true;
      }),
    onWake: (listener) => void (wake = listener),
    close: async () => void (database.isOpen && database.close()),
  };
}

function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') {
    mkdirSync(path.dirname(file), { recursive: true });
    // Readable to its owner only, as are the files that SQLite puts beside it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  }
  const database = new DatabaseSync(file, { timeout: 1_000 });
  try {
    // Exclusive: the system holds the lock as long as the process lives, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
    const found = database.prepare('PRAGMA user_version').get()!.user_version as number;
    const age = found > version ? 'a newer' : 'an older';
    if (found !== 0 && found !== version) throw new ConfigError(`${file} was written by ${age} Tagsmith. Use that one, or name another file.`);
    database.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${version};
      COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function explain(file: string, error: Error & { errcode?: number }): string {
  const busy = 5;
  const help = 'Stop that one, or name another file; several proxies share a store at a redis:// address.';
  if (error.errcode === busy) return `${file} is in use by another proxy. ${help}`;
  return `${file} can't be opened as the proxy's store: ${error.message}. Name a file in a folder where this user may write.`;
}
