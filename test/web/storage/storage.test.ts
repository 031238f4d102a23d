import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import type { Dataset, Document } from '../../../web/src/dataset/document.ts';
import { deleteDataset, deleteDocuments, importDocuments, listDatasets, readDocuments, restoreDataset, writeDocuments } from '../../../web/src/storage/datasets.ts';
import { checkMigrations, currentVersion, migrations } from '../../../web/src/storage/migrations.ts';
import { listModels, readModelFiles } from '../../../web/src/storage/models.ts';
import { NewerDataError, openStore, type Store } from '../../../web/src/storage/open.ts';
import { listRuns, saveRun } from '../../../web/src/storage/runs.ts';
import type { RunRecord } from '../../../web/src/storage/schema.ts';

let opened: Store[] = [];
let count = 0;
const freshName = () => `test-${(count += 1)}`;
async function open(name = freshName()): Promise<Store> {
  const store = await openStore(name);
  opened.push(store);
  return store;
}
afterEach(() => {
  opened.forEach((store) => store.close());
  opened = [];
});

const dataset = (id: string): Dataset => ({ id, name: `Set ${id}`, types: [{ name: 'person', definition: 'A human being.', colour: 30 }], language: 'en', layers: [], created: 1 });
const document = (id: string): Document => ({ id, text: `Text ${id}`, spans: [{ start: 0, end: 4, type: 'person', source: 'manual' }], split: 'train', origin: { file: 'a.conll', line: 1 } });
const score = { precision: 1, recall: 1, f1: 1 };
const run = (id: string, set: string): RunRecord => ({
  id,
  dataset: set,
  created: 5,
  milliseconds: 10,
  recipe: { name: 'few-shot', seed: 1 } as RunRecord['recipe'],
  reason: 'finished',
  result: { scores: { micro: score, macro: score, weighted: score, types: {} } } as RunRecord['result'],
  evaluations: [],
  gold: [document('a')],
});
const model = (id: string, set: string) => ({ id, dataset: set, name: 'tagger', encoder: 'tiny', labels: ['O'], bytes: 3, created: 5 });

describe('documents', () => {
  it('come back in the order of import, also after a second import and after reopening', async () => {
    const name = freshName();
    const first = await open(name);
    await importDocuments(first, dataset('x'), [document('a'), document('b')], 1);
    await importDocuments(first, dataset('x'), [document('c')], 2);
    first.close();
    const again = await open(name);
    expect((await readDocuments(again, 'x')).map((record) => record.document)).toEqual([document('a'), document('b'), document('c')]);
    expect((await listDatasets(again)).map((record) => record.texts)).toEqual([3]);
  });

  it('of one data set do not mix with those of another whose id begins alike', async () => {
    const store = await open();
    await importDocuments(store, dataset('x'), [document('a')], 1);
    await importDocuments(store, dataset('xy'), [document('b')], 1);
    expect((await readDocuments(store, 'x')).map((record) => record.document.id)).toEqual(['a']);
  });

  it('of a failed import leave no trace', async () => {
    const store = await open();
    await importDocuments(store, dataset('x'), [document('a')], 1);
    const unstorable = { ...document('bad'), text: (() => 'a function cannot be stored') as unknown as string };
    await expect(importDocuments(store, { ...dataset('x'), name: 'changed' }, [document('b'), unstorable], 2)).rejects.toThrow();
    expect((await readDocuments(store, 'x')).map((record) => record.document.id)).toEqual(['a']);
    expect((await listDatasets(store)).map((record) => [record.dataset.name, record.texts])).toEqual([['Set x', 1]]);
  });

  it('that are deleted and restored are where they were, and are counted', async () => {
    const store = await open();
    await importDocuments(store, dataset('x'), ['a', 'b', 'c'].map(document), 1);
    const [, middle] = await readDocuments(store, 'x');
    if (!middle) throw new Error('no middle document');
    await deleteDocuments(store, [middle]);
    expect((await readDocuments(store, 'x')).map((record) => record.document.id)).toEqual(['a', 'c']);
    expect((await listDatasets(store))[0]?.texts).toBe(2);
    await writeDocuments(store, [middle]);
    expect((await readDocuments(store, 'x')).map((record) => record.document.id)).toEqual(['a', 'b', 'c']);
    expect((await listDatasets(store))[0]?.texts).toBe(3);
  });
});

describe('a data set', () => {
  it('takes its runs and models with it when deleted, and brings them back when restored', async () => {
    const store = await open();
    await importDocuments(store, dataset('x'), [document('a')], 1);
    await importDocuments(store, dataset('y'), [document('b')], 1);
    await saveRun(store, run('r', 'x'), model('r', 'x'), { 'model.safetensors': new Uint8Array([1, 2, 3]) });
    const deleted = await deleteDataset(store, 'x');
    expect((await listDatasets(store)).map((record) => record.id)).toEqual(['y']);
    expect(await listRuns(store, 'x')).toEqual([]);
    expect(await listModels(store)).toEqual([]);
    await expect(readModelFiles(store, 'r')).rejects.toThrow('no longer in this browser');
    await restoreDataset(store, deleted);
    expect(await listRuns(store, 'x')).toEqual([run('r', 'x')]);
    expect((await readDocuments(store, 'x')).length).toBe(1);
    expect(await readModelFiles(store, 'r')).toEqual({ 'model.safetensors': new Uint8Array([1, 2, 3]) });
  });
});

describe('a run', () => {
  it('and its tagger are written together or not at all', async () => {
    const store = await open();
    const unstorable = { ...model('r', 'x'), name: (() => 'no') as unknown as string };
    await expect(saveRun(store, run('r', 'x'), unstorable, {})).rejects.toThrow();
    expect(await listRuns(store, 'x')).toEqual([]);
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

  it('up to the current one keep what version 1 wrote', async () => {
    const name = freshName();
    // The stores as version 1 made them, written out by hand: this must stay as it is when migrations are added.
    const old = await openDB(name, 1, {
      upgrade(database) {
        database.createObjectStore('datasets', { keyPath: 'id' });
        database.createObjectStore('documents', { keyPath: ['dataset', 'position'] });
        database.createObjectStore('runs', { keyPath: 'id' }).createIndex('dataset', 'dataset');
        database.createObjectStore('models', { keyPath: 'id' }).createIndex('dataset', 'dataset');
        database.createObjectStore('modelFiles', { keyPath: ['model', 'file'] });
        database.createObjectStore('settings');
      },
    });
    const versionOne = run('r', 'x');
    await old.put('datasets', { id: 'x', dataset: dataset('x'), texts: 1, opened: 1 });
    await old.put('documents', { dataset: 'x', position: 0, document: document('a') });
    await old.put('runs', versionOne);
    await old.put('models', model('r', 'x'));
    await old.put('modelFiles', { model: 'r', file: 'config.json', blob: new Blob(['{}']) });
    old.close();
    const store = await open(name);
    expect(store.version).toBe(currentVersion);
    expect((await readDocuments(store, 'x'))[0]?.document).toEqual(document('a'));
    expect(await listRuns(store, 'x')).toEqual([{ ...versionOne, result: { ...versionOne.result, strictScores: null } }]);
    expect(new TextDecoder().decode((await readModelFiles(store, 'r'))['config.json'])).toBe('{}');
  });
});
