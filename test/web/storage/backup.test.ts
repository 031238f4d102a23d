import fc from 'fast-check';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { editOf, type Change } from '../../../web/src/dataset/change.ts';
import { BackupError, NewerBackupError } from '../../../web/src/storage/backup/layout.ts';
import { hasLeftovers, removeLeftovers, stagedId } from '../../../web/src/storage/backup/leftovers.ts';
import { readBackup } from '../../../web/src/storage/backup/read.ts';
import { restoreBackup } from '../../../web/src/storage/backup/restore.ts';
import { writeBackup } from '../../../web/src/storage/backup/write.ts';
import { applyChange, redoChange, undoChange } from '../../../web/src/storage/changes.ts';
import { createDataset, deleteDataset } from '../../../web/src/storage/datasets.ts';
import { readDocuments } from '../../../web/src/storage/documents.ts';
import { StorageFullError } from '../../../web/src/storage/failures.ts';
import { listLlmJobs, saveLlmJob } from '../../../web/src/storage/llm-jobs.ts';
import { readModelFiles } from '../../../web/src/storage/models.ts';
import type { Store } from '../../../web/src/storage/open.ts';
import { repliesFor } from '../../../web/src/storage/replies.ts';
import { listRuns, saveRun } from '../../../web/src/storage/runs.ts';
import { writeSetting } from '../../../web/src/storage/settings.ts';
import { dataset, document, documents, llmJob, model, open, reply, run } from './fixtures.ts';

const layer = { id: 'l', name: 'first tagger', source: 'model' as const, created: 1, model: 'r' };
const words: [number, number][] = [[0, 4], [5, 7]];

/** A run with everything that the check looks for; its last loss is no number. */
const wholeRun = (id: string, set: string) => {
  const { result, ...rest } = run(id, set);
  return { ...rest, result: { ...result, strictScores: null, predictions: [], losses: [1.5, NaN, Infinity], labels: ['O'], notes: [] } };
};

async function filled(): Promise<Store> {
  const store = await open();
  const first = documents(300).map((one) => ({ ...one, words }));
  await createDataset(store, dataset('x'), first, 1);
  await createDataset(store, { ...dataset('y'), name: 'Zweite «Menge» 🦜' }, [{ ...document('z'), text: 'lone \ud800, \u2028, \u0000' }], 2);
  await createDataset(store, dataset('empty'), [], 3);
  const changes: Change[] = [
    { what: 'label', at: 1, documents: [editOf(7, first[7]!, { ...first[7]!, spans: [] })!] },
    { what: 'split', at: 2, documents: [editOf(8, first[8]!, { id: first[8]!.id, text: first[8]!.text, words, spans: first[8]!.spans, origin: first[8]!.origin })!] },
    { what: 'deletion', at: 3, documents: [{ position: 299, before: first[299]!, after: null }] },
    { what: 'suggestions', at: 4, documents: [], layers: { before: [], after: [layer] } },
  ];
  for (const change of changes) await applyChange(store, 'x', change);
  await undoChange(store, 'x');
  await saveRun(store, wholeRun('r', 'x'), model('r', 'x'), { 'model.safetensors': crypto.getRandomValues(new Uint8Array(60_000)), 'onnx/model.onnx': new Uint8Array(0) });
  await saveLlmJob(store, llmJob('j', 'x'));
  for (let number = 1; number <= 70; number++) await repliesFor(store, number % 2 ? 'x' : 'y').write(reply(number));
  await writeSetting(store, 'lastDataset', 'x');
  await writeSetting(store, 'seat', { token: 'secret-token', expires: 1, refresh: 'secret-refresh', seat: 's', nickname: 'n', class: { id: 'c', name: 'c' } });
  return store;
}

async function backupOf(store: Store): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await writeBackup(store, (bytes) => parts.push(bytes));
  return new Blob(parts);
}

let fresh = 0;
const options = (existing: 'both' | 'replace' = 'both') => ({ existing, newId: () => `new-${(fresh += 1)}` });
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const everything = async (store: Store) => Object.fromEntries(await Promise.all([...store.objectStoreNames].filter((name) => name !== 'modelFiles').map(async (name) => [name, await store.getAll(name)])));

describe('a backup', () => {
  it('restored into an empty browser and made again is the same file, byte for byte', async () => {
    const store = await filled();
    const first = await backupOf(store);
    const other = await open();
    await restoreBackup(other, await readBackup(first), options());
    expect(await bytesOf(await backupOf(other))).toEqual(await bytesOf(first));
    expect(await readDocuments(other, 'x')).toEqual(await readDocuments(store, 'x'));
    expect(await readDocuments(other, 'y')).toEqual(await readDocuments(store, 'y'));
    expect(await listRuns(other, 'x')).toEqual([wholeRun('r', 'x')]);
    expect(await readModelFiles(other, 'r')).toEqual(await readModelFiles(store, 'r'));
    expect(await listLlmJobs(other, 'x')).toEqual([llmJob('j', 'x')]);
    expect(await repliesFor(other, 'x').read([reply(70).key])).toEqual(new Map([[reply(70).key, reply(70)]]));
    expect(await hasLeftovers(other)).toBe(false);
  });

  it('brings the history with it: what was done can be undone', async () => {
    const other = await open();
    await restoreBackup(other, await readBackup(await backupOf(await filled())), options());
    expect((await redoChange(other, 'x'))?.change.what).toBe('suggestions');
    while (await undoChange(other, 'x'));
    expect((await readDocuments(other, 'x')).map((record) => record.document)).toEqual(documents(300).map((one) => ({ ...one, words })));
  });

  it('is an ordinary ZIP archive that holds no secrets and no date', async () => {
    const unpacked = unzipSync(await bytesOf(await backupOf(await filled())));
    expect(Object.keys(unpacked)).toEqual(['tagsmith.json', 'settings.json', 'datasets.jsonl', 'documents.jsonl', 'changes.jsonl', 'runs.jsonl', 'models.jsonl', 'llm-jobs.jsonl', 'replies.jsonl', 'models/0/model.safetensors', 'models/0/onnx/model.onnx']);
    expect(JSON.parse(strFromU8(unpacked['settings.json']!))).toEqual({ lastDataset: 'x' });
    expect(Object.values(unpacked).map((bytes) => strFromU8(bytes)).join('')).not.toContain('secret');
  });

  it('restored beside what is there gets new ids, and leaves that as it was', async () => {
    const store = await filled();
    const before = await readDocuments(store, 'x');
    const file = await backupOf(store);
    const ids = await restoreBackup(store, await readBackup(file), options());
    expect(ids).toHaveLength(3);
    expect(ids).not.toContain('x');
    const copy = ids[1]!;
    expect(await readDocuments(store, 'x')).toEqual(before);
    expect((await readDocuments(store, copy)).map((record) => record.document)).toEqual(before.map((record) => record.document));
    const [copied] = await listRuns(store, copy);
    expect(await listRuns(store, 'x')).toHaveLength(1);
    expect(await readModelFiles(store, copied!.id)).toEqual(await readModelFiles(store, 'r'));
    expect((await listLlmJobs(store, copy)).map(({ id, dataset: owner }) => [id !== 'j', owner])).toEqual([[true, copy]]);
    expect(await listLlmJobs(store, 'x')).toEqual([llmJob('j', 'x')]);
    expect(await store.countFromIndex('replies', 'dataset', 'x')).toBe(35);
    await redoChange(store, copy);
    expect((await store.get('datasets', copy))?.dataset.layers).toEqual([{ ...layer, model: copied!.id }]);
  });

  it('takes the place of what is there where that is wanted', async () => {
    const store = await filled();
    const file = await backupOf(store);
    await applyChange(store, 'x', { what: 'later', at: 9, documents: [{ position: 0, before: { ...documents(1)[0]!, words }, after: null }] });
    await saveRun(store, run('later', 'x'), model('later', 'x'), { a: new Uint8Array([1]) });
    await saveLlmJob(store, llmJob('later', 'x'));
    await createDataset(store, dataset('other'), documents(2), 5);
    await restoreBackup(store, await readBackup(file), options('replace'));
    expect((await readDocuments(store, 'x')).length).toBe(299);
    expect((await listRuns(store, 'x')).map(({ id }) => id)).toEqual(['r']);
    expect((await readDocuments(store, 'other')).length).toBe(2);
    await deleteDataset(store, 'other');
    expect(await bytesOf(await backupOf(store))).toEqual(await bytesOf(file));
  });

  it('for which there is no room leaves the store as it was', async () => {
    const file = await backupOf(await filled());
    const other = await open();
    await createDataset(other, dataset('x'), documents(3), 1);
    const before = await everything(other);
    const put = IDBObjectStore.prototype.put;
    for (const full of ['blocks', 'changes', 'replies', 'modelFiles', 'runs', 'llmJobs', 'settings']) {
      IDBObjectStore.prototype.put = function (value: unknown, ...key) {
        if (this.name === full) throw new DOMException('Quota exceeded', 'QuotaExceededError');
        return put.call(this, value, ...key);
      };
      await expect(readBackup(file).then(async (backup) => restoreBackup(other, backup, options('replace'))).finally(() => (IDBObjectStore.prototype.put = put))).rejects.toThrow(StorageFullError);
      expect(await everything(other)).toEqual(before);
      expect(await hasLeftovers(other)).toBe(false);
    }
  });
});

it('what a broken-off restore left is in no backup and can be cleared away', async () => {
  const store = await filled();
  const file = await bytesOf(await backupOf(store));
  await store.put('blocks', { dataset: stagedId('a'), block: 0, documents: new Uint8Array() });
  await store.put('modelFiles', { model: stagedId('b'), file: 'f', blob: new Blob() });
  expect(await hasLeftovers(store)).toBe(true);
  expect(await bytesOf(await backupOf(store))).toEqual(file);
  await removeLeftovers(store);
  expect(await hasLeftovers(store)).toBe(false);
});

const rezip = (unpacked: Record<string, Uint8Array>) => new Blob([zipSync(unpacked) as Uint8Array<ArrayBuffer>]);

it('of the first version, which knew no LLMs, is restored', async () => {
  const store = await filled();
  const { 'llm-jobs.jsonl': _jobs, 'replies.jsonl': _replies, ...rest } = unzipSync(await bytesOf(await backupOf(store)));
  const other = await open();
  await restoreBackup(other, await readBackup(rezip({ ...rest, 'tagsmith.json': strToU8('{"format":"tagsmith-backup","version":1}\n') })), options());
  expect(await readDocuments(other, 'x')).toEqual(await readDocuments(store, 'x'));
  expect([await other.count('llmJobs'), await other.count('replies')]).toEqual([0, 0]);
});

describe('a file that is no backup of this version', () => {
  const changedBackup = async (name: string, change: (content: string) => string): Promise<Blob> => {
    const unpacked = unzipSync(await bytesOf(await backupOf(await filled())));
    return rezip({ ...unpacked, [name]: strToU8(change(strFromU8(unpacked[name]!))) });
  };
  const replace = (name: string, from: string | RegExp, to: string) => async () => changedBackup(name, (content) => {
    expect(content).toMatch(from);
    return content.replace(from, to);
  });

  const cases: [string, () => Promise<Blob>, string][] = [
    ['is empty', async () => new Blob([]), 'list of files is missing'],
    ['is text', async () => new Blob(['Mara sings.']), 'list of files is missing'],
    ['is another archive', async () => rezip({ 'a.txt': strToU8('a') }), 'no Tagsmith backup: it holds no tagsmith.json'],
    ['lacks a list', async () => {
      const { 'runs.jsonl': _, ...rest } = unzipSync(await bytesOf(await backupOf(await filled())));
      return rezip(rest);
    }, 'runs.jsonl is missing'],
    ['has a line that is not JSON', replace('datasets.jsonl', '{', '<'), 'damaged (datasets.jsonl, line 1): this is not JSON'],
    ['has a text that is a number', replace('documents.jsonl', /"text":"[^"]*"/, '"text":7'), 'documents.0.document.text is not what it should be'],
    ['has ranges of words that are no numbers', replace('documents.jsonl', '"words":[0,', '"words":["a",'), 'documents.0.document.words is not'],
    ['has a span that begins before the text', replace('documents.jsonl', '"start":0', '"start":-1'), 'documents.0.document.spans.0.start'],
    ['has texts out of order', replace('documents.jsonl', '"position":1,', '"position":0,'), 'texts are out of order'],
    ['has texts of an unknown data set', replace('documents.jsonl', '"dataset":"x"', '"dataset":"q"'), 'texts belong to no data set'],
    ['lacks texts', async () => changedBackup('documents.jsonl', (content) => content.split('\n').slice(1).join('\n')), 'has not all its texts'],
    ['lacks a step', async () => changedBackup('changes.jsonl', (content) => content.split('\n').slice(1).join('\n')), 'a step of a history is missing'],
    ['names a data set twice', async () => changedBackup('datasets.jsonl', (content) => content + content), 'list of data sets is damaged'],
    ['names a run twice', async () => changedBackup('runs.jsonl', (content) => content + content), 'a run is there twice'],
    ['has a job of an unknown data set', replace('llm-jobs.jsonl', '"dataset":"x"', '"dataset":"q"'), 'its list of jobs is damaged'],
    ['has a reply of an unknown data set', replace('replies.jsonl', '"dataset":"x"', '"dataset":"q"'), 'replies belong to no data set'],
    ['has a reply without a text', replace('replies.jsonl', '"text":"Answer 1"', '"text":1'), 'replies.jsonl, line 1): reply.text is not'],
    ['ends within a line', async () => changedBackup('runs.jsonl', (content) => content.slice(0, -1)), 'the last line of runs.jsonl is cut off'],
    ['lacks a file of a tagger', async () => {
      const { 'models/0/model.safetensors': _, ...rest } = unzipSync(await bytesOf(await backupOf(await filled())));
      return rezip(rest);
    }, 'models/0/model.safetensors is missing'],
  ];
  it.each(cases)('because it %s is refused with the reason', async (_, make, reason) => {
    const file = await make();
    await expect(readBackup(file)).rejects.toThrow(BackupError);
    await expect(readBackup(file)).rejects.toThrow(reason);
  });

  it('but of a newer one is refused with that reason', async () => {
    const file = await changedBackup('tagsmith.json', (content) => content.replace('"version":2', '"version":3'));
    await expect(readBackup(file)).rejects.toThrow(NewerBackupError);
    await expect(readBackup(file)).rejects.toThrow('newer version of Tagsmith');
  });

  it('wherever a byte is changed or the end is cut off, is refused or holds the same', async () => {
    const whole = await bytesOf(await backupOf(await filled()));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, by, cut) => {
        const bytes = cut ? whole.slice(0, at) : whole.slice();
        if (!cut) bytes[at]! ^= by;
        const read = await readBackup(new Blob([bytes])).catch((error: unknown) => error);
        if (read instanceof Error) {
          expect(read.name).toMatch(/^(Newer)?BackupError$/);
          return;
        }
        const other = await open();
        await restoreBackup(other, read as Awaited<ReturnType<typeof readBackup>>, options());
        expect(await bytesOf(await backupOf(other))).toEqual(whole);
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});
