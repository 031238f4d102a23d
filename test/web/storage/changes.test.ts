import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editOf, reverse, type Change, type DocumentChange } from '../../../web/src/dataset/change.ts';
import type { Document } from '../../../web/src/dataset/document.ts';
import { showChange } from '../../../web/src/state/show-change.ts';
import { decodeDocuments } from '../../../web/src/storage/encode.ts';
import { applyChange, readChange, redoChange, undoChange } from '../../../web/src/storage/changes.ts';
import { createDataset, readDataset } from '../../../web/src/storage/datasets.ts';
import { readDocuments, readDocumentsAt } from '../../../web/src/storage/documents.ts';
import { ConflictError, StorageFullError } from '../../../web/src/storage/failures.ts';
import { moved } from '../../../web/src/storage/history.ts';
import { within } from '../../../web/src/storage/keys.ts';
import type { Store } from '../../../web/src/storage/open.ts';
import { dataset, document, documents, freshName, open } from './fixtures.ts';

const change = (what: string, edits: DocumentChange[]): Change => ({ what, at: 1, documents: edits });
const relabel = (position: number, before: Document, type: string): DocumentChange => editOf(position, before, { ...before, spans: [{ start: 0, end: 4, type, source: 'manual' }] })!;
const state = async (store: Store) => ({ record: await readDataset(store, 'x'), documents: await readDocuments(store, 'x'), blocks: await store.getAll('blocks'), changes: await store.getAll('changes') });

async function withDocuments(length: number, name = freshName()): Promise<Store> {
  const store = await open(name);
  await createDataset(store, dataset('x'), documents(length), 1);
  return store;
}

describe('a change', () => {
  it('is stored with its place in the history, and taken back after a reload', async () => {
    const name = freshName();
    const first = await withDocuments(3, name);
    const edit = change('label “Text” as place', [relabel(1, document('d1'), 'place')]);
    await applyChange(first, 'x', edit);
    first.close();
    const store = await open(name);
    expect((await readDocuments(store, 'x'))[1]?.document.spans[0]?.type).toBe('place');
    expect((await readDataset(store, 'x'))?.history).toEqual({ done: 1, total: 1, undo: edit.what, redo: null });
    expect(await undoChange(store, 'x')).toMatchObject({ change: edit, record: { history: { done: 0, total: 1, undo: null, redo: edit.what } } });
    expect((await readDocuments(store, 'x')).map((record) => record.document)).toEqual(documents(3));
    expect(await undoChange(store, 'x')).toBeNull();
    await redoChange(store, 'x');
    expect((await readDocuments(store, 'x'))[1]?.document.spans[0]?.type).toBe('place');
    expect(await redoChange(store, 'x')).toBeNull();
  });

  it('of types and layers is undone with them', async () => {
    const store = await withDocuments(1);
    const types = { before: dataset('x').types, after: [{ name: 'place', definition: '', colour: 1 }] };
    const layers = { before: [], after: [{ id: 'l', name: 'model', source: 'model' as const, created: 1 }] };
    await applyChange(store, 'x', { ...change('types', []), types, layers });
    expect((await readDataset(store, 'x'))?.dataset).toEqual({ ...dataset('x'), types: types.after, layers: layers.after });
    await undoChange(store, 'x');
    expect((await readDataset(store, 'x'))?.dataset).toEqual(dataset('x'));
    await expect(applyChange(store, 'x', { ...change('types', []), types: { before: [], after: [] } })).rejects.toThrow('types of this data set were changed');
    await expect(applyChange(store, 'x', { ...change('layers', []), layers: { before: layers.after, after: [] } })).rejects.toThrow('layers of this data set were changed');
  });

  it('after an undo leaves nothing to be done again', async () => {
    const store = await withDocuments(2);
    for (const position of [0, 1]) await applyChange(store, 'x', change(`edit ${position}`, [relabel(position, document(`d${position}`), 'place')]));
    await undoChange(store, 'x');
    await undoChange(store, 'x');
    await applyChange(store, 'x', change('another', [relabel(0, document('d0'), 'event')]));
    expect((await readDataset(store, 'x'))?.history).toEqual({ done: 1, total: 1, undo: 'another', redo: null });
    expect(await store.count('changes')).toBe(1);
    expect(await readChange(store, 'x', 1)).toBeUndefined();
  });

  const stale: [string, DocumentChange[]][] = [
    ['edits a field that is not as it was', [relabel(0, document('d0'), 'place'), relabel(1, { ...document('d1'), spans: [] }, 'place')]],
    ['names a field that was absent before and no longer is', [{ position: 0, before: { spans: document('d0').spans }, after: { spans: [], split: 'dev' } }]],
    ['removes a document that is not as it was', [{ position: 0, before: { ...document('d0'), text: 'other' }, after: null }]],
    ['removes a document that has grown a field', [{ position: 0, before: { ...document('d0'), split: undefined } as unknown as Document, after: null }]],
    ['adds a document where there is one', [{ position: 1, before: null, after: document('new') }]],
    ['edits a document that is gone', [relabel(9, document('d9'), 'place')]],
  ];
  it.each(stale)('that %s is refused, and nothing is written', async (_, edits) => {
    const store = await withDocuments(3);
    const before = await state(store);
    await expect(applyChange(store, 'x', change('stale', edits))).rejects.toThrow(ConflictError);
    expect(await state(store)).toEqual(before);
  });

  it('that cannot be stored, names a text twice, or belongs to a deleted data set leaves everything as it was', async () => {
    const store = await withDocuments(300);
    const before = await state(store);
    const unstorable = 1n as unknown as string;
    await expect(applyChange(store, 'x', change('bad', [relabel(0, document('d0'), 'place'), { position: 299, before: { text: document('d299').text }, after: { text: unstorable } }]))).rejects.toThrow();
    await expect(applyChange(store, 'x', change('twice', [relabel(0, document('d0'), 'a'), relabel(0, document('d0'), 'b')]))).rejects.toThrow('twice');
    await expect(applyChange(store, 'gone', change('gone', []))).rejects.toThrow('deleted in the meantime');
    expect(await state(store)).toEqual(before);
  });

  it('for which there is no room is refused in words for people, and nothing is written', async () => {
    const store = await withDocuments(300);
    const before = await state(store);
    const full = new DOMException('Quota exceeded', 'QuotaExceededError');
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value: unknown, ...key) {
      if (this.name === 'changes') throw full;
      return put.call(this, value, ...key);
    };
    try {
      await expect(applyChange(store, 'x', change('edit', [relabel(0, document('d0'), 'place')]))).rejects.toThrow(StorageFullError);
      await expect(applyChange(store, 'x', change('edit', [relabel(0, document('d0'), 'place')]))).rejects.toThrow('storage is full: nothing was changed');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect(await state(store)).toEqual(before);
  });

  it('of a tab that knows an older revision is checked against what is stored', async () => {
    const store = await withDocuments(3);
    const known = { revision: 0, documents: await readDocuments(store, 'x') };
    await applyChange(store, 'x', change('elsewhere', [relabel(0, document('d0'), 'place')]), known);
    await expect(applyChange(store, 'x', change('here', [relabel(0, document('d0'), 'event')]), known)).rejects.toThrow(ConflictError);
    await applyChange(store, 'x', change('here', [relabel(1, document('d1'), 'event')]), known);
    expect((await readDocuments(store, 'x')).map((record) => record.document.spans[0]?.type)).toEqual(['place', 'event', 'person']);
  });

  it('reads and writes only the blocks it touches', async () => {
    const store = await withDocuments(1000);
    const written: unknown[] = [];
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value: { block?: number }, ...key) {
      if (this.name === 'blocks') written.push(value.block);
      return put.call(this, value, ...key);
    };
    await applyChange(store, 'x', change('edit', [relabel(130, document('d130'), 'place')])).finally(() => (IDBObjectStore.prototype.put = put));
    expect(written).toEqual([128]);
    const { documents: read } = await readDocumentsAt(store, 'x', [130, 999, 5000]);
    expect(read.map(({ position }) => position)).toEqual([130, 999]);
  });
});

describe('blocks', () => {
  it('hold at most 128 documents, and a long one alone', async () => {
    const store = await open();
    const long = { ...document('long'), text: 'x'.repeat(200_000) };
    await createDataset(store, dataset('x'), [...documents(200), long, ...documents(3)], 1);
    const blocks = (await store.getAll('blocks', within('x'))).map((record) => ({ ...record, documents: decodeDocuments(record.documents) }));
    expect(blocks.map(({ block, documents: held }) => [block, held.length])).toEqual([[0, 128], [128, 72], [200, 1], [201, 3]]);
  });

  it('that grow are cut, and those that become empty are gone', async () => {
    const store = await withDocuments(120);
    const grown = documents(100).map((before, position) => editOf(position, before, { ...before, text: 'x'.repeat(3000) })!);
    await applyChange(store, 'x', change('grow', grown));
    const sizes = (await store.getAll('blocks')).map(({ documents: held }) => decodeDocuments(held).reduce((sum, { document: { text } }) => sum + text.length, 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64_000);
    const all = await readDocuments(store, 'x');
    await applyChange(store, 'x', change('delete', all.map(({ position, document: before }) => ({ position, before, after: null }))));
    expect(await store.count('blocks')).toBe(0);
    await undoChange(store, 'x');
    expect(await readDocuments(store, 'x')).toEqual(all);
  });
});

/** A random step: an edit, a deletion or an addition of some documents (places given as shares), an undo or a redo. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('edit', 'delete', 'add'), shares: fc.uniqueArray(fc.integer({ min: 0, max: 499 }), { minLength: 1, maxLength: 60 }), length: fc.integer({ min: 1, max: 4000 }) }),
    fc.record({ kind: fc.constantFrom('undo', 'undo', 'redo') }),
  ),
  { minLength: 5, maxLength: 25 },
);

function changeOf(step: { kind: string; shares: number[]; length: number }, shown: Awaited<ReturnType<typeof readDocuments>>, next: number): Change {
  if (step.kind === 'add') return change('add', step.shares.map((_, index) => ({ position: next + index, before: null, after: { ...document(`n${next + index}`), text: 'y'.repeat(step.length) } })));
  const chosen = [...new Set(step.shares.map((share) => shown[Math.floor((share / 500) * shown.length)]))].filter((record) => record !== undefined);
  if (step.kind === 'delete') return change('delete', chosen.map(({ position, document: before }) => ({ position, before, after: null })));
  return change('edit', chosen.map(({ position, document: before }) => editOf(position, before, { ...before, text: 'z'.repeat(step.length), ...(step.length % 2 ? { split: 'dev' } : {}) })!));
}

it('whatever is done, undone and redone, what is shown is what is stored, and undoing everything gives the beginning', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const store = await withDocuments(300);
      const beginning = await readDocuments(store, 'x');
      let record = (await readDataset(store, 'x'))!;
      let shown = beginning;
      const history: Change[] = [];
      let done = 0;
      for (const step of list) {
        if (step.kind === 'undo' || step.kind === 'redo') {
          const result = await (step.kind === 'undo' ? undoChange : redoChange)(store, 'x');
          const expected = step.kind === 'undo' ? history[done - 1] : history[done];
          expect(result?.change).toEqual(expected);
          if (!expected) continue;
          shown = showChange('x', shown, step.kind === 'undo' ? reverse(expected) : expected);
          done += step.kind === 'undo' ? -1 : 1;
          record = result!.record;
        } else {
          const made = changeOf(step as Parameters<typeof changeOf>[0], shown, record.next);
          const expected = moved(record, made, 'apply');
          // Half of them as a tab that knows what is stored, half as one that does not.
          record = await applyChange(store, 'x', made, history.length % 2 ? { revision: record.revision, documents: shown } : undefined);
          expect(record).toEqual(expected);
          shown = showChange('x', shown, made);
          history.splice(done, Infinity, made);
          done += 1;
        }
        expect(await readDocuments(store, 'x')).toEqual(shown);
        expect([record.texts, record.history.done, record.history.total, record.history.undo, record.history.redo]).toEqual([shown.length, done, history.length, history[done - 1]?.what ?? null, history[done]?.what ?? null]);
      }
      while (await undoChange(store, 'x'));
      expect(await readDocuments(store, 'x')).toEqual(beginning);
    }),
    { seed: 5, numRuns: 8 },
  );
});
