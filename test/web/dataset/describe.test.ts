import { describe, expect, it } from 'vitest';
import type { Document, Split } from '../../../web/src/dataset/document.ts';
import { describeDocuments } from '../../../web/src/dataset/statistics.ts';
import { collectTypes, hueOf } from '../../../web/src/dataset/types.ts';

const document = (id: string, text: string, types: string[], split?: Split): Document => ({
  id,
  text,
  spans: types.map((type) => ({ start: 0, end: 1, type, source: 'manual' })),
  ...(split ? { split } : {}),
  origin: { file: 'f', line: 1 },
});

describe('collectTypes', () => {
  it('lists the most frequent first, known ones before with what is known', () => {
    const known = [{ name: 'z', definition: 'a z', colour: 10 }];
    const types = collectTypes([document('1', 'a', ['b', 'a', 'z']), document('2', 'a', ['a'])], known);
    expect(types.map(({ name, definition }) => [name, definition])).toEqual([
      ['z', 'a z'],
      ['a', ''],
      ['b', ''],
    ]);
  });

  it('gives the first twelve types hues at least 20° apart and the first four at least 75°', () => {
    const apart = (count: number): number => {
      const hues = Array.from({ length: count }, (_, i) => hueOf(i));
      return Math.min(...hues.flatMap((a, i) => hues.slice(i + 1).map((b) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b)))));
    };
    expect(apart(12)).toBeGreaterThanOrEqual(20);
    expect(apart(4)).toBeGreaterThanOrEqual(75);
  });
});

describe('describeDocuments', () => {
  it('counts documents, words and spans by split and type, and finds test texts that are in train', () => {
    const statistics = describeDocuments([
      document('1', 'The boat left.', ['a', 'b'], 'train'),
      document('2', 'Rain.', [], 'train'),
      document('3', 'The  boat left. ', ['a'], 'test'),
      document('4', 'x', []),
    ]);
    expect(statistics.splits.train).toEqual({ documents: 2, words: 6, spans: 2, withoutSpans: 1, lengths: { median: 3, mean: 3, p95: 3.9, max: 4 } });
    expect(statistics.splits.none!.documents).toBe(1);
    expect([...statistics.types]).toEqual([
      ['a', { train: 1, test: 1 }],
      ['b', { train: 1 }],
    ]);
    expect(statistics.testInTrain).toEqual(['3']);
  });

  it('takes an empty list', () => {
    expect(describeDocuments([])).toEqual({ splits: {}, types: new Map(), testInTrain: [] });
  });
});
