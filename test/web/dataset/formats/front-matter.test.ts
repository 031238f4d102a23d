import { describe, expect, it } from 'vitest';
import { datasetCard } from '../../../../web/src/dataset/formats/dataset-card.ts';
import { readFrontMatter } from '../../../../web/src/dataset/formats/front-matter.ts';
import { classLabelNames } from '../../../../web/src/dataset/formats/json/class-labels.ts';

const read = (...lines: string[]): unknown => readFrontMatter(['---', ...lines, '---', 'Text'].join('\n'));

describe('the head of a README', () => {
  it('is maps and lists by indentation, and lists in brackets', () => {
    expect(read('a: 1', 'list:', '- x', '- y: 2', '  z:', '  - deep', '-', '  w: 3', 'tags: [p, "q, r", s]', '# a comment', 'map:', '    far: off')).toEqual({
      a: '1',
      list: ['x', { y: '2', z: ['deep'] }, { w: '3' }],
      tags: ['p', 'q, r', 's'],
      map: { far: 'off' },
    });
  });
  it('has quoted names with escapes', () => {
    expect(read("'0': 'it''s'", '"1": "a\\"b\\u00e9\\x41\\U0001f602"', '2: plain # not this')).toEqual({ 0: "it's", 1: 'a"béA😂', 2: 'plain' });
  });
  it('is not what a README without one begins with', () => {
    expect(readFrontMatter('# Title\n---\na: 1\n---\n')).toBeNull();
    expect(readFrontMatter('---\nnever: ends\n')).toBeNull();
  });
  it('nested two thousand deep, or of one long line, ends in time', () => {
    const start = performance.now();
    read(...Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`));
    read(`a: ${'"\\'.repeat(500_000)}`, `${'b'.repeat(1_000_000)}`, `${"'".repeat(500_000)}`, `${'- '.repeat(100_000)}`);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

it('a card that is written says the names of its tags, whatever they hold', () => {
  const labels = ['O', 'B-New York', "B-it's", 'B-"q"', 'B-a: b', 'B-#', 'B-\u2028\ufeff', 'B-人名👍', 'B-\u{e0001}x', 'B-\\', 'B-- [x]'];
  const card = datasetCard({ name: 'A\nset', language: 'en', labels, splits: ['train', 'all'] });
  expect(classLabelNames(readFrontMatter(card))).toEqual(labels);
  expect(readFrontMatter(card)).toMatchObject({ configs: [{ config_name: 'default', data_files: [{ split: 'train', path: 'data/train.parquet' }, { split: 'unassigned', path: 'data/all.parquet' }] }] });
});
