import { describe, expect, it } from 'vitest';
import { splitOfName, splitOfPath } from '../../../../web/src/dataset/formats/split-of-name.ts';

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

describe('the split a path speaks of is that of the file before that of its folders', () => {
  it.each([
    ['data/train-00000-of-00001.parquet', 'train'],
    ['test_data/dev.conll', 'dev'],
    ['corpus/test/0001.txt', 'test'],
    ['training/test/0001.txt', 'test'],
    ['default/partial-train/0000.parquet', 'train'],
    ['corpus/a.conll', null],
  ])('%s: %s', (path, split) => expect(splitOfPath(path)).toBe(split));
});
