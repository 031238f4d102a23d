import { describe, expect, it } from 'vitest';
import type { Document, Split } from '../../../web/src/dataset/document.ts';
import type { DocumentRecord } from '../../../web/src/storage/schema.ts';
import { filterDocuments, overview } from '../../../web/src/routes/data/overview.ts';

const record = (position: number, text: string, split: Split | undefined, types: string[] = []): DocumentRecord => {
  const document: Document = { id: String(position), text, spans: types.map((type) => ({ start: 0, end: 1, type, source: 'manual' })), origin: { file: 'f', line: position }, ...(split ? { split } : {}) };
  return { dataset: 'x', position, document };
};
const types = [{ name: 'person', definition: '', colour: 0 }];
const records = [record(0, 'Mara sings.', 'train', ['person']), record(1, 'mara  sings.', 'test', ['person']), record(2, 'Mara sings.', 'train'), record(3, 'It rains.', 'dev', ['event']), record(4, 'New.', undefined)];

describe('the overview of a data set', () => {
  const facts = overview(records, types);
  it('finds test texts that are also in train, whatever their capitals and spaces', () => expect(facts.testInTrain).toEqual([records[1]]));
  it('finds texts that train holds twice, the later ones', () => expect(facts.repeated).toEqual([records[2]]));
  it('names types that train never shows', () => expect(facts.notInTrain).toEqual(['event']));
  it('counts texts without a split as train, since they are learnt from', () => expect(facts.bySplit).toEqual({ train: 3, dev: 1, test: 1 }));
});

describe('filters', () => {
  const everything = { split: null, type: null, search: '' };
  const ids = (change: object) => filterDocuments(records, { ...everything, ...change }).map(({ position }) => position);
  it('let everything through when empty', () => expect(ids({})).toEqual([0, 1, 2, 3, 4]));
  it('combine', () => expect(ids({ split: 'train', type: 'person', search: ' MARA ' })).toEqual([0]));
  it('find texts without a split and texts without entities', () => {
    expect(ids({ split: 'none' })).toEqual([4]);
    expect(ids({ type: 'none' })).toEqual([2, 4]);
  });
});
