import { describe, expect, it } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import { collectTypes, hueOf } from '../../../web/src/dataset/types.ts';

const document = (id: string, text: string, types: string[]): Document => ({
  id,
  text,
  spans: types.map((type) => ({ start: 0, end: 1, type, source: 'manual' })),
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
