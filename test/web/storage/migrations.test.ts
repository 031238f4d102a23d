import { openDB, type IDBPDatabase } from 'idb';
import { describe, expect, it } from 'vitest';
import { listDatasets } from '../../../web/src/storage/datasets.ts';
import { readDocuments } from '../../../web/src/storage/documents.ts';
import { checkMigrations, currentVersion, migrations } from '../../../web/src/storage/migrations.ts';
import { listLlmJobs, saveLlmJob } from '../../../web/src/storage/llm-jobs.ts';
import { listModels, readModelFiles } from '../../../web/src/storage/models.ts';
import { NewerDataError, openStore } from '../../../web/src/storage/open.ts';
import { repliesFor } from '../../../web/src/storage/replies.ts';
import { listRuns } from '../../../web/src/storage/runs.ts';
import { readSetting } from '../../../web/src/storage/settings.ts';
import { document, freshName, llmJob, model, open, reply, run } from './fixtures.ts';

/** The stores as version 1 made them, written out by hand: this stays as it is when migrations are added. Version 2 has the same. */
function makeStores(database: IDBPDatabase): void {
  database.createObjectStore('datasets', { keyPath: 'id' });
  database.createObjectStore('documents', { keyPath: ['dataset', 'position'] });
  database.createObjectStore('runs', { keyPath: 'id' }).createIndex('dataset', 'dataset');
  database.createObjectStore('models', { keyPath: 'id' }).createIndex('dataset', 'dataset');
  database.createObjectStore('modelFiles', { keyPath: ['model', 'file'] });
  database.createObjectStore('settings');
}

/** As the program of that time wrote it: no layers, no history. */
const oldDataset = (id: string) => ({ id, name: `Set ${id}`, types: [{ name: 'person', definition: 'A human being.', colour: 30 }], language: 'en', created: 1 });

/** Places as imports and deletions left them. */
const places = [0, 1, 2, 5, ...Array.from({ length: 5000 }, (_, index) => 9 + index), 7000];

async function writeOld(version: number, name: string): Promise<void> {
  const old = await openDB(name, version, { upgrade: makeStores });
  const writing = old.transaction([...old.objectStoreNames], 'readwrite');
  const put = async (store: string, value: unknown, key?: string) => writing.objectStore(store).put!(value, key);
  await Promise.all([
    put('datasets', { id: 'x', dataset: oldDataset('x'), texts: places.length, opened: 7 }),
    put('datasets', { id: 'xy', dataset: oldDataset('xy'), texts: 1, opened: 8 }),
    put('datasets', { id: 'empty', dataset: oldDataset('empty'), texts: 0, opened: 9 }),
    ...places.map(async (position) => put('documents', { dataset: 'x', position, document: document(`d${position}`) })),
    put('documents', { dataset: 'xy', position: 0, document: document('other') }),
    put('runs', version === 1 ? run('r', 'x') : { ...run('r', 'x'), result: { ...run('r', 'x').result, strictScores: null } }),
    put('models', model('r', 'x')),
    put('modelFiles', { model: 'r', file: 'config.json', blob: new Blob(['{}']) }),
    put('settings', 'x', 'lastDataset'),
  ]);
  await writing.done;
  old.close();
}

describe.each([1, 2])('data of version %i', (version) => {
  it('is whole after the migration', async () => {
    const name = freshName();
    await writeOld(version, name);
    const store = await open(name);
    expect(store.version).toBe(currentVersion);
    expect([...store.objectStoreNames]).toEqual(['blocks', 'changes', 'datasets', 'llmJobs', 'modelFiles', 'models', 'replies', 'runs', 'settings']);
    expect(await readDocuments(store, 'x')).toEqual(places.map((position) => ({ dataset: 'x', position, document: document(`d${position}`) })));
    expect((await readDocuments(store, 'xy')).map((record) => record.document.id)).toEqual(['other']);
    const fresh = { revision: 0, exported: 0, history: { done: 0, total: 0, undo: null, redo: null } };
    const migrated = (id: string) => ({ ...oldDataset(id), layers: [] });
    expect(await listDatasets(store)).toEqual([
      { id: 'empty', dataset: migrated('empty'), texts: 0, opened: 9, next: 0, ...fresh },
      { id: 'xy', dataset: migrated('xy'), texts: 1, opened: 8, next: 1, ...fresh },
      { id: 'x', dataset: migrated('x'), texts: places.length, opened: 7, next: 7001, ...fresh },
    ]);
    expect(await listRuns(store, 'x')).toEqual([{ ...run('r', 'x'), result: { ...run('r', 'x').result, strictScores: null } }]);
    expect(await listModels(store)).toEqual([model('r', 'x')]);
    expect(new TextDecoder().decode((await readModelFiles(store, 'r'))['config.json'])).toBe('{}');
    expect(await readSetting(store, 'lastDataset')).toBe('x');
  });
});

/** The stores of version 3, written out by hand. */
function makeStores3(database: IDBPDatabase): void {
  database.createObjectStore('datasets', { keyPath: 'id' });
  database.createObjectStore('blocks', { keyPath: ['dataset', 'block'] });
  database.createObjectStore('changes', { keyPath: ['dataset', 'number'] });
  database.createObjectStore('runs', { keyPath: 'id' }).createIndex('dataset', 'dataset');
  database.createObjectStore('models', { keyPath: 'id' }).createIndex('dataset', 'dataset');
  database.createObjectStore('modelFiles', { keyPath: ['model', 'file'] });
  database.createObjectStore('settings');
}

describe('data of version 3', () => {
  it('is left as it is, with room for replies and jobs beside it', async () => {
    const name = freshName();
    const old = await openDB(name, 3, { upgrade: makeStores3 });
    const record = { id: 'x', dataset: { ...oldDataset('x'), layers: [] }, texts: 1, opened: 7, next: 1, revision: 2, exported: 0, history: { done: 0, total: 0, undo: null, redo: null } };
    await old.put('datasets', record);
    await old.put('blocks', { dataset: 'x', block: 0, documents: new TextEncoder().encode(JSON.stringify([{ position: 0, document: document('d') }])) });
    await old.put('runs', run('r', 'x'));
    old.close();
    const store = await open(name);
    expect(await listDatasets(store)).toEqual([record]);
    expect((await readDocuments(store, 'x')).map((placed) => placed.document)).toEqual([document('d')]);
    expect(await listRuns(store, 'x')).toEqual([run('r', 'x')]);
    await repliesFor(store, 'x').write(reply(1));
    await saveLlmJob(store, llmJob('j', 'x'));
    expect([await repliesFor(store, 'x').sample('small', 'annotate.v1', 5), await listLlmJobs(store, 'x')]).toEqual([[reply(1)], [llmJob('j', 'x')]]);
  });
});

describe('versions', () => {
  it('are numbered from 1 without gaps', () => {
    expect(() => checkMigrations(migrations)).not.toThrow();
    const [first] = migrations;
    if (!first) throw new Error('no migration');
    expect(() => checkMigrations([{ ...first, to: 2 }])).toThrow('expected 1');
  });

  it('of the data that are newer than this program are refused with a reason, and left as they are', async () => {
    const name = freshName();
    const newer = await openDB(name, currentVersion + 1, { upgrade: (database) => void database.createObjectStore('future') });
    newer.close();
    await expect(openStore(name)).rejects.toThrow(NewerDataError);
    await expect(openStore(name)).rejects.toThrow('newer version of Tagsmith');
    const still = await openDB(name);
    expect([still.version, [...still.objectStoreNames]]).toEqual([currentVersion + 1, ['future']]);
    still.close();
  });
});
