import { expect, it } from 'vitest';
import { deleteModel, listModels, readModelFiles, renameModel, restoreModel, saveModel } from '../../../web/src/storage/models.ts';
import { listRuns, saveRun } from '../../../web/src/storage/runs.ts';
import { model, open, run } from './fixtures.ts';

const files = { 'config.json': new Uint8Array([1, 2]), 'model.safetensors': new Uint8Array([3]) };

it('a tagger is renamed, deleted and brought back with its files; its run stays', async () => {
  const store = await open();
  await saveRun(store, run('r', 'x'), model('r', 'x'), files);
  await saveModel(store, { ...model('other', 'x'), name: 'Other' }, { 'config.json': new Uint8Array([9]) });
  await renameModel(store, 'r', 'The first');
  expect((await listModels(store)).map(({ name }) => name).toSorted()).toEqual(['Other', 'The first']);

  const deleted = await deleteModel(store, 'r');
  expect((await listModels(store)).map(({ id }) => id)).toEqual(['other']);
  await expect(readModelFiles(store, 'r')).rejects.toThrow('no longer in this browser');
  expect(await readModelFiles(store, 'other')).toEqual({ 'config.json': new Uint8Array([9]) });
  expect((await listRuns(store, 'x')).map(({ id }) => id)).toEqual(['r']);

  await restoreModel(store, deleted);
  expect((await listModels(store)).map(({ name }) => name).toSorted()).toEqual(['Other', 'The first']);
  expect(await readModelFiles(store, 'r')).toEqual(files);
});

it('a tagger that another tab has deleted is said so', async () => {
  const store = await open();
  await expect(renameModel(store, 'gone', 'New')).rejects.toThrow('no longer in this browser');
  await expect(deleteModel(store, 'gone')).rejects.toThrow('no longer in this browser');
});
