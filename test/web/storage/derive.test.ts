import { describe, expect, it } from 'vitest';
import { applyChange } from '../../../web/src/storage/changes.ts';
import { createDataset, listDatasets, readDataset } from '../../../web/src/storage/datasets.ts';
import { copyDataset, mergeStored } from '../../../web/src/storage/derive.ts';
import { readDocuments } from '../../../web/src/storage/documents.ts';
import { dataset, documents, open } from './fixtures.ts';

const contents = async (store: Awaited<ReturnType<typeof open>>, id: string) => (await readDocuments(store, id)).map(({ document }) => document);

describe('a copy', () => {
  it('has the texts of the original and a history of its own, and says where it is from', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), documents(200), 1);
    await applyChange(store, 'x', { what: 'deletion', at: 1, documents: [{ position: 3, before: documents(4)[3]!, after: null }] });
    const copy = await copyDataset(store, 'x', { id: 'copy', name: 'Copy', created: 7 });
    expect(copy.dataset).toEqual({ ...dataset('copy'), name: 'Copy', created: 7, derivation: { from: { id: 'x', name: 'Set x' }, how: 'copy', settings: {}, at: 7 } });
    expect(copy.history.total).toBe(0);
    expect(await contents(store, 'copy')).toEqual(await contents(store, 'x'));
    await applyChange(store, 'copy', { what: 'deletion', at: 1, documents: [{ position: 0, before: documents(1)[0]!, after: null }] });
    expect((await readDataset(store, 'x'))?.texts).toBe(199);
  });
});

describe('a merge', () => {
  it('is a new data set of the texts of all, and leaves them as they were', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), documents(3), 1);
    await createDataset(store, dataset('y'), documents(5), 1);
    await mergeStored(store, ['x', 'y'], { id: 'z', name: 'Both', created: 7 }, { dropDuplicates: true });
    expect((await contents(store, 'z')).map(({ text }) => text)).toEqual(documents(5).map(({ text }) => text));
    expect((await listDatasets(store)).map(({ id, texts }) => [id, texts])).toEqual([['z', 5], ['x', 3], ['y', 5]]);
  });

  it('of a data set that is gone makes nothing', async () => {
    const store = await open();
    await createDataset(store, dataset('x'), documents(3), 1);
    await expect(mergeStored(store, ['x', 'gone'], { id: 'z', name: 'Both', created: 7 }, { dropDuplicates: true })).rejects.toThrow('deleted in the meantime');
    expect((await listDatasets(store)).map(({ id }) => id)).toEqual(['x']);
  });
});
