import { describe, expect, it } from 'vitest';
import { everything } from '../../../web/src/annotate/queue.ts';
import type { Document, Split } from '../../../web/src/dataset/document.ts';
import type { DocumentRecord } from '../../../web/src/storage/schema.ts';
import { filterDocuments } from '../../../web/src/routes/data/filter-documents.ts';
import { overview } from '../../../web/src/routes/data/overview.ts';

const record = (position: number, text: string, split: Split | undefined, types: string[] = []): DocumentRecord => {
  const document: Document = { id: String(position), text, spans: types.map((type) => ({ start: 0, end: 1, type, source: 'manual' })), origin: { file: 'f', line: position }, ...(split ? { split } : {}) };
  return { dataset: 'x', position, document };
};
const types = [{ name: 'person', definition: '', colour: 0 }];
const records = [record(0, 'Mara sings.', 'train', ['person']), record(1, 'mara  sings.', 'test', ['person']), record(2, 'Mara sings.', 'train'), record(3, 'It rains.', 'dev', ['event']), record(4, 'New.', undefined)];
const signal = new AbortController().signal;

describe('the overview of a data set', async () => {
  const facts = (await overview(records, types, signal))!;
  it('finds test texts that are also in train, whatever their capitals and spaces', () => expect(facts.testInTrain).toEqual([records[1]]));
  it('finds texts that train holds twice, the later ones', () => expect(facts.repeated).toEqual([records[2]]));
  it('names types that train never shows', () => expect(facts.notInTrain).toEqual(['event']));
  it('counts texts without a split as train, since they are learnt from', () => expect(facts.bySplit).toEqual({ train: 3, dev: 1, test: 1 }));
});

describe('filters', () => {
  const positions = async (change: object) => (await filterDocuments(records, { ...everything, ...change }, signal))?.map(({ position }) => position);
  it('let everything through when empty', async () => expect(await positions({})).toEqual([0, 1, 2, 3, 4]));
  it('combine', async () => expect(await positions({ split: 'train', type: 'person', search: ' MARA ' })).toEqual([0]));
  it('find texts without a split and texts without entities', async () => {
    expect(await positions({ split: 'none' })).toEqual([4]);
    expect(await positions({ state: 'empty' })).toEqual([2, 4]);
  });
});

describe('50,000 texts', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => record(i, `Text ${i} tells of Mara and the Harbour Council, who met for the ${i % 97}th time.`, i % 10 ? 'train' : 'test', ['person']));

  it('are counted and filtered in slices, between which the page can draw', async () => {
    let drawn = 0;
    const drawing = setInterval(() => (drawn += 1));
    const counted = await overview(many, types, signal);
    const found = await filterDocuments(many, { ...everything, search: '42th time' }, signal);
    clearInterval(drawing);
    expect(counted?.spans).toBe(50_000);
    expect(found?.length).toBe(516);
    expect(drawn).toBeGreaterThan(1);
  });
  it('are no longer counted once something else is wanted', async () => {
    const control = new AbortController();
    const counting = overview(many.map(({ document, ...rest }) => ({ ...rest, document: { ...document } })), types, control.signal);
    control.abort();
    expect(await counting).toBeNull();
  });
});
