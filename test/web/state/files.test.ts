import { describe, expect, it } from 'vitest';
import { combine, splitOfName, type ReadFile } from '../../../web/src/state/files.ts';

describe('the split a name speaks of', () => {
  it.each([
    ['train.conll', 'train'],
    ['my_dev.jsonl', 'dev'],
    ['validation-2.txt', 'dev'],
    ['eng.testa', 'dev'],
    ['eng.testb', 'test'],
    ['conll_test.tsv', 'test'],
    ['trainers.txt', null],
    ['latest.conll', null],
  ])('%s: %s', (name, split) => expect(splitOfName(name)).toBe(split));
});

describe('documents of several files', () => {
  const file = (ids: string[], split?: 'train'): ReadFile => ({
    name: 'a',
    documents: ids.map((id) => ({ id, text: id, spans: [], origin: { file: 'a', line: 1 }, ...(split ? { split } : {}) })),
    report: {} as ReadFile['report'],
    split: null,
    ownSplits: split !== undefined,
  });
  it('get ids that differ from each other and from those that are there', () => {
    expect(combine([file(['x', 'y']), file(['x'])], ['none', 'none'], new Set(['y'])).map(({ id }) => id)).toEqual(['x', 'y (2)', 'x (2)']);
  });
  it('take the split chosen for their file, else keep their own', () => {
    expect(combine([file(['x'], 'train'), file(['y'], 'train')], ['test', 'none']).map(({ split }) => split)).toEqual(['test', 'train']);
  });
});
