import { describe, expect, it } from 'vitest';
import { fork } from '../../../web/src/dataset/random.ts';
import { bootstrapInterval } from '../../../web/src/evaluate/bootstrap.ts';
import { scoresOfCounts } from '../../../web/src/evaluate/counts.ts';
import { difference, drawConditions, measured, type RunCounts } from '../../../web/src/evaluate/paired-bootstrap.ts';
import { varianceOverTypes } from '../../../web/src/evaluate/variance.ts';

/** Texts with one entity each, of two types in turn, found with the text's chance. */
function runOf(seed: number, chance: (text: number) => number): RunCounts {
  const { float } = fork(seed, 'run');
  const texts = Array.from({ length: 300 }, (_, text) => {
    const counts = float() < chance(text) ? [1, 0, 0] : [0, 1, 1];
    return text % 3 ? [...counts, 0, 0, 0] : [0, 0, 0, ...counts];
  });
  return { types: ['a', 'b'], texts };
}

const hard = (text: number): boolean => text % 2 === 0;
const good = [1, 2, 3].map((seed) => runOf(seed, (text) => (hard(text) ? 0.15 : 1)));
const worse = [1, 2, 3].map((seed) => runOf(seed, (text) => (hard(text) ? 0.05 : 1)));

describe('conditions drawn together', () => {
  const [a, b] = drawConditions([good, worse], 1);

  it('have the scores of their counts', () => {
    const { types, texts } = good[0]!;
    const sum = (at: number): number => texts.reduce((total, counts) => total + counts[at]!, 0);
    const scores = scoresOfCounts(new Map(types.map((type, i) => [type, { correct: sum(3 * i), missed: sum(3 * i + 1), spurious: sum(3 * i + 2) }])));
    const [alone] = drawConditions([[good[0]!]], 1);
    expect(alone!.micro.value).toBeCloseTo(scores.micro.f1, 12);
    expect(alone!.macro.value).toBeCloseTo(scores.macro.f1, 12);
    expect(alone!.variance.value).toBeCloseTo(varianceOverTypes(scores), 12);
  });

  it('of one training have about the interval of its texts alone', () => {
    const [alone] = drawConditions([[good[0]!]], 1);
    const texts = bootstrapInterval(good[0]!.texts.map(([c, m, s, c2, m2, s2]) => ({ correct: c! + c2!, missed: m! + m2!, spurious: s! + s2! })), 1)!;
    const { low, high } = measured(alone!, 'micro');
    expect(low).toBeCloseTo(texts.low, 1.7);
    expect(high).toBeCloseTo(texts.high, 1.7);
  });

  it('differ surely by little where their own intervals overlap, because both have the same hard texts', () => {
    expect(measured(a!, 'micro').low).toBeLessThan(measured(b!, 'micro').high);
    const found = difference(a!, b!, 'micro');
    expect(found.value).toBeCloseTo(a!.micro.value - b!.micro.value, 12);
    expect(found.low).toBeGreaterThan(0);
  });

  it('do not differ from themselves, and are drawn the same with the same seed', () => {
    expect(difference(a!, a!, 'macro')).toEqual({ value: 0, low: 0, high: 0 });
    expect(drawConditions([good, worse], 1)).toEqual([a, b]);
    expect(drawConditions([good, worse], 2)).not.toEqual([a, b]);
  });

  it('must have the same seeds and texts', () => {
    expect(() => drawConditions([good, worse.slice(1)], 1)).toThrow('trainings of the same seeds');
    expect(() => drawConditions([[]], 1)).toThrow('no training');
  });
});
