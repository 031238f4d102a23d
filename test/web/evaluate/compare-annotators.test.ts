import { describe, expect, it } from 'vitest';
import { areTooFew, compareAnnotators, tellsOf } from '../../../web/src/evaluate/compare-annotators.ts';
import type { Entity } from '../../../web/src/evaluate/match.ts';

const entity = (start: number, type = 'person'): Entity => ({ start, end: start + 4, type });
/** Forty texts with one entity each. */
const gold = Array.from({ length: 40 }, () => [entity(0)]);
const found = (hit: (text: number) => boolean, more: Entity[] = []): Entity[][] => gold.map((_, text) => [...(hit(text) ? [entity(0)] : []), ...more]);

describe('annotators on the same texts', () => {
  it('have the precision, recall and F1 that are counted by hand', () => {
    // 30 of 40 found, and in each of 40 texts one that is none: 30/70 and 30/40.
    const { texts, entities, annotators } = compareAnnotators(gold, [found((text) => text % 4 > 0, [entity(9)])], 1);
    expect([texts, entities, annotators.length]).toEqual([40, 40, 1]);
    expect(annotators[0]!.precision).toMatchObject({ right: 30, of: 70 });
    expect(annotators[0]!.recall).toMatchObject({ right: 30, of: 40 });
    expect(annotators[0]!.f1.value).toBeCloseTo(60 / 110, 12);
    expect(annotators[0]!.difference).toBeNull();
  });

  it('are held against the first, with an interval that leaves out what is hard for both', () => {
    const { annotators } = compareAnnotators(gold, [found((text) => text % 4 > 1), found((text) => text % 4 > 0), found((text) => text % 4 > 1), found((text) => text % 4 > 2)], 1);
    const [, better, same, worse] = annotators;
    expect(better!.difference!.value).toBeCloseTo(60 / 70 - 40 / 60, 12);
    expect([better, same, worse].map((one) => tellsOf(one!.difference!))).toEqual(['better', 'same', 'worse']);
    expect(better!.f1.low).toBeLessThan(annotators[0]!.f1.high);
  });

  it('that differ in one text of forty can’t be told apart', () => {
    const { annotators } = compareAnnotators(gold, [found((text) => text > 10), found((text) => text > 9)], 1);
    expect(annotators[1]!.difference!.value).toBeGreaterThan(0);
    expect(tellsOf(annotators[1]!.difference!)).toBe('open');
  });

  it('are too few texts or entities where an interval itself would be a guess', () => {
    expect([areTooFew({ texts: 19, entities: 100 }), areTooFew({ texts: 100, entities: 29 }), areTooFew({ texts: 20, entities: 30 })]).toEqual([true, true, false]);
  });

  it('need the same texts', () => {
    expect(() => compareAnnotators(gold, [gold.slice(1)], 1)).toThrow('both must hold the same texts');
  });
});
