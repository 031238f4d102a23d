import { describe, expect, it } from 'vitest';
import { createDataset, deleteDataset, describeDataset, listDatasets, markExported, readDataset, restoreDataset } from '../../../web/src/storage/datasets.ts';
import { applyChange, readChange } from '../../../web/src/storage/changes.ts';
import { readDocuments } from '../../../web/src/storage/documents.ts';
import { ConflictError } from '../../../web/src/storage/failures.ts';
import { listModels, readModelFiles } from '../../../web/src/storage/models.ts';
import { listRuns, saveRun } from '../../../web/src/storage/runs.ts';
import type { Store } from '../../../web/src/storage/open.ts';
import { dataset, document, documents, freshName, model, open, run } from './fixtures.ts';

const idsOf = async (store: Store, id: string) => (await readDocuments(store, id)).map((record) => record.document.id);

describe('documents', () => {
  it('come back in the order of import, also after reopening', async () => {
    const name = freshName();
    const first = await open(name);
    await createDataset(first, dataset('x'), documents(300), 1);
    first.close();
    const again = await open(name);
    expect((await readDocuments(again, 'x')).map((record) => record.document)).toEqual(documents(300));
    expect((await listDatasets(again)).map(({ texts, next }) => [texts, next])).toEqual([[300, 300]]);
  });

  it('of one data set do not mix with those of another whose id begins alike', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), [document('a')], 1);
    await createDataset(store, dataset('xy'), [document('b')], 1);
    expect(await idsOf(store, 'x')).toEqual(['a']);
  });

  it('of a failed import leave no trace', async () => {
    const store = await open();
    const unstorable = { ...document('bad'), text: 1n as unknown as string };
    await expect(createDataset(store, dataset('x'), [...documents(200), unstorable], 2)).rejects.toThrow();
    expect(await listDatasets(store)).toEqual([]);
    expect(await store.count('blocks')).toBe(0);
  });
});

describe('a data set', () => {
  it('is not written over by a new one of the same id', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), [document('a')], 1);
    await expect(createDataset(store, dataset('x'), [document('b')], 2)).rejects.toThrow(ConflictError);
    expect(await idsOf(store, 'x')).toEqual(['a']);
  });

  it('takes its history, runs and models with it when deleted, and brings them back when restored', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), [document('a')], 1);
    await createDataset(store, dataset('y'), [document('b')], 1);
    const change = { what: 'deletion', at: 1, documents: [{ position: 0, before: document('a'), after: null }] };
    await applyChange(store, 'x', change);
    await saveRun(store, run('r', 'x'), model('r', 'x'), { 'model.safetensors': new Uint8Array([1, 2, 3]) });
    const before = await readDataset(store, 'x');
    const deleted = await deleteDataset(store, 'x');
    expect((await listDatasets(store)).map((record) => record.id)).toEqual(['y']);
    expect(await listRuns(store, 'x')).toEqual([]);
    expect(await listModels(store)).toEqual([]);
    expect(await store.count('changes')).toBe(0);
    await expect(readModelFiles(store, 'r')).rejects.toThrow('no longer in this browser');
    await restoreDataset(store, deleted);
    expect(await readDataset(store, 'x')).toEqual(before);
    expect(await readChange(store, 'x', 0)).toEqual(change);
    expect(await listRuns(store, 'x')).toEqual([run('r', 'x')]);
    expect(await readModelFiles(store, 'r')).toEqual({ 'model.safetensors': new Uint8Array([1, 2, 3]) });
  });

  it('is described anew, and as before with what that gave back', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), [], 1);
    const earlier = await describeDataset(store, 'x', { name: 'Other', licence: 'MIT' });
    expect((await readDataset(store, 'x'))?.dataset).toEqual({ ...dataset('x'), name: 'Other', licence: 'MIT' });
    await describeDataset(store, 'x', earlier);
    expect((await readDataset(store, 'x'))?.dataset).toStrictEqual(dataset('x'));
    await expect(describeDataset(store, 'gone', { name: 'Other' })).rejects.toThrow('deleted in the meantime');
  });

  it('counts what changed since it was saved to a file', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), [document('a')], 1);
    await applyChange(store, 'x', { what: 'nothing', at: 1, documents: [] });
    await applyChange(store, 'x', { what: 'nothing', at: 1, documents: [] });
    const unsaved = async () => ((await readDataset(store, 'x'))?.revision ?? NaN) - ((await readDataset(store, 'x'))?.exported ?? NaN);
    expect(await unsaved()).toBe(2);
    await markExported(store, 'x');
    expect(await unsaved()).toBe(0);
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
