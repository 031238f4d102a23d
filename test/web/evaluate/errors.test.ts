import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntities, countErrors } from '../../../web/src/evaluate/boundary.ts';
import { confusionMatrix } from '../../../web/src/evaluate/confusion.ts';
import type { Entity } from '../../../web/src/evaluate/match.ts';
import { scoreSpans } from '../../../web/src/evaluate/score-spans.ts';

const entity = (start: number, end: number, type: string): Entity => ({ start, end, type });
const kinds = (gold: Entity[], predicted: Entity[]): string[] => compareEntities(gold, predicted).map(({ kind }) => kind);

describe('compareEntities', () => {
  it('names each kind of error', () => {
    expect(kinds([entity(0, 4, 'a')], [entity(0, 4, 'a')])).toEqual(['correct']);
    expect(kinds([entity(0, 4, 'a')], [entity(0, 4, 'b')])).toEqual(['wrong-type']);
    expect(kinds([entity(0, 4, 'a')], [entity(0, 3, 'a')])).toEqual(['wrong-boundary']);
    expect(kinds([entity(0, 4, 'a')], [entity(3, 9, 'b')])).toEqual(['wrong-type-and-boundary']);
    expect(kinds([entity(0, 4, 'a')], [entity(4, 9, 'a')])).toEqual(['missed', 'spurious']);
  });

  it('leaves the right partner to the right prediction when another overlaps too', () => {
    const pairs = compareEntities([entity(0, 9, 'a'), entity(10, 14, 'b')], [entity(8, 14, 'b'), entity(0, 9, 'a')]);
    expect(pairs.map(({ kind }) => kind)).toEqual(['correct', 'wrong-boundary']);
  });

  it('uses each entity once and agrees with the scores on what is correct', () => {
    const some = fc.uniqueArray(
      fc.tuple(fc.nat(10), fc.integer({ min: 1, max: 4 }), fc.constantFrom('a', 'b')).map(([start, length, type]) => entity(start, start + length, type)),
      { maxLength: 6, selector: ({ start, end, type }) => `${start} ${end} ${type}` },
    );
    fc.assert(
      fc.property(some, some, (gold, predicted) => {
        const pairs = compareEntities(gold, predicted);
        expect(new Set(pairs.flatMap((pair) => pair.gold ?? []))).toEqual(new Set(gold));
        expect(new Set(pairs.flatMap((pair) => pair.predicted ?? []))).toEqual(new Set(predicted));
        const { correct } = countErrors(pairs);
        const recall = gold.length ? correct / gold.length : 0;
        expect(scoreSpans([gold], [predicted]).micro.recall).toBeCloseTo(recall, 12);
      }),
    );
  });
});

describe('confusionMatrix', () => {
  it('counts entities by gold and predicted type with O for missed and spurious ones', () => {
    const gold = [[entity(0, 4, 'a'), entity(5, 9, 'b')], [entity(0, 2, 'a')]];
    const predicted = [[entity(0, 4, 'b'), entity(20, 22, 'a')], [entity(0, 2, 'a')]];
    expect(confusionMatrix(gold, predicted)).toEqual({
      labels: ['a', 'b', 'O'],
      counts: [
        [1, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    });
  });
});
