import { documentsToBlocks } from './migrate-to-blocks.ts';
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';

/** The transaction in which a database is brought up to date. It ends by itself as soon as anything but the database is waited for. */
export type Upgrade = IDBPTransaction<unknown, StoreNames<unknown>[], 'versionchange'>;

/**
 * Takes a database from one version to the next. The database is untyped here on purpose: a migration speaks of the
 * stores as they were then, and the schema's types describe only the newest.
 */
export interface Migration {
  /** The version it leads to. */
  to: number;
  /** What it does, for the reader. */
  change: string;
  run(database: IDBPDatabase, upgrade: Upgrade): void | Promise<void>;
}

/** In order, without gaps. People's data passes through all of them: add at the end, never edit. */
export const migrations: readonly Migration[] = [
  {
    to: 1,
    change: 'data sets with their documents, runs, models with their files, settings',
    run(database) {
      database.createObjectStore('datasets', { keyPath: 'id' });
      database.createObjectStore('documents', { keyPath: ['dataset', 'position'] });
      database.createObjectStore('runs', { keyPath: 'id' }).createIndex('dataset', 'dataset');
      database.createObjectStore('models', { keyPath: 'id' }).createIndex('dataset', 'dataset');
      database.createObjectStore('modelFiles', { keyPath: ['model', 'file'] });
      database.createObjectStore('settings');
    },
  },
  {
    to: 2,
    change: 'runs keep strict scores; older ones have none',
    async run(_database, upgrade) {
      const runs = upgrade.objectStore('runs');
      for await (const cursor of runs.iterate()) await cursor.update({ ...cursor.value, result: { ...cursor.value.result, strictScores: null } });
    },
  },
  {
    to: 3,
    change: 'documents in blocks, a history of each data set, layers',
    run: documentsToBlocks,
  },
  {
    to: 4,
    change: 'replies and jobs of LLMs',
    run(database) {
      const replies = database.createObjectStore('replies', { keyPath: 'key' });
      replies.createIndex('dataset', 'dataset');
      replies.createIndex('asked', ['request.model', 'request.task']);
      database.createObjectStore('llmJobs', { keyPath: 'id' }).createIndex('dataset', 'dataset');
    },
  },
];

/** The version this program writes. */
export const currentVersion = migrations.length;

/** Throws where the numbers have a gap or are out of order: such a list would skip people's data. */
export function checkMigrations(list: readonly Migration[]): void {
  list.forEach((migration, index) => {
    if (migration.to !== index + 1) throw new Error(`Migration at place ${index + 1} leads to version ${migration.to}; expected ${index + 1}. Number them from 1 without gaps.`);
  });
}
