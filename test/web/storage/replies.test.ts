import { describe, expect, it } from 'vitest';
import { hasLeftovers, removeLeftovers } from '../../../web/src/storage/backup/leftovers.ts';
import { createDataset, deleteDataset, restoreDataset } from '../../../web/src/storage/datasets.ts';
import { StorageFullError } from '../../../web/src/storage/failures.ts';
import { listLlmJobs, removeLlmJob, saveLlmJob } from '../../../web/src/storage/llm-jobs.ts';
import { repliesFor } from '../../../web/src/storage/replies.ts';
import { dataset, freshName, llmJob, open, reply } from './fixtures.ts';

describe('replies', () => {
  it('come back as they were, after the store was opened again too, whatever data set they are asked for', async () => {
    const name = freshName();
    const store = await open(name);
    await repliesFor(store, 'x').write(reply(1));
    store.close();
    const found = await repliesFor(await open(name), 'y').read([reply(1).key, reply(2).key]);
    expect([...found]).toEqual([[reply(1).key, reply(1)]]);
  });

  it('to learn from are those of the task, else those of the model', async () => {
    const replies = repliesFor(await open(), 'x');
    for (const [number, about] of [{ task: 'a.v1' }, { task: 'b.v1' }, { task: 'b.v1' }, { model: 'other', task: 'c.v1' }].entries()) await replies.write(reply(number, about));
    const numbers = async (model: string, task: string, most = 10) => (await replies.sample(model, task, most)).map(({ key }) => Number.parseInt(key, 16));
    expect(await numbers('small', 'b.v1')).toEqual([1, 2]);
    expect(await numbers('small', 'b.v1', 1)).toEqual([1]);
    expect(await numbers('small', 'c.v1')).toEqual([0, 1, 2]);
    expect(await numbers('none', 'c.v1')).toEqual([]);
  });

  it('for which there is no room say so', async () => {
    const replies = repliesFor(await open(), 'x');
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('Quota exceeded', 'QuotaExceededError');
    };
    await expect(replies.write(reply(1)).finally(() => (IDBObjectStore.prototype.put = put))).rejects.toThrow(StorageFullError);
  });

  it('of a deleted data set stay until they are cleared away as left over, and others stay for good', async () => {
    const store = await open();
    for (const id of ['x', 'y']) await createDataset(store, dataset(id), [], 1);
    for (const number of [1, 2, 3]) await repliesFor(store, number === 2 ? 'y' : 'x').write(reply(number));
    await saveLlmJob(store, llmJob('j', 'x'));
    expect(await hasLeftovers(store)).toBe(false);
    const deleted = await deleteDataset(store, 'x');
    expect(await listLlmJobs(store, 'x')).toEqual([]);
    await restoreDataset(store, deleted);
    expect(await listLlmJobs(store, 'x')).toEqual([llmJob('j', 'x')]);
    expect(await store.count('replies')).toBe(3);
    await deleteDataset(store, 'x');
    expect(await hasLeftovers(store)).toBe(true);
    await removeLeftovers(store);
    expect(await store.getAllKeys('replies')).toEqual([reply(2).key]);
    expect(await hasLeftovers(store)).toBe(false);
  });
});

describe('jobs', () => {
  it('of a data set are listed newest first, each as it was last written', async () => {
    const store = await open();
    await saveLlmJob(store, llmJob('old', 'x'));
    await saveLlmJob(store, { ...llmJob('new', 'x'), created: 9 });
    await saveLlmJob(store, llmJob('other', 'y'));
    await saveLlmJob(store, { ...llmJob('old', 'x'), state: 'finished' });
    expect((await listLlmJobs(store, 'x')).map(({ id, state }) => [id, state])).toEqual([['new', 'paused'], ['old', 'finished']]);
    await removeLlmJob(store, 'new');
    expect(await listLlmJobs(store, 'x')).toHaveLength(1);
  });
});
