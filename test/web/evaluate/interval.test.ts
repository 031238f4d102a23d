import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../../web/src/evaluate/bootstrap.ts';
import type { Counts } from '../../../web/src/evaluate/counts.ts';
import { countDocuments, scoreSpans } from '../../../web/src/evaluate/score-spans.ts';
import { varianceOverTypes } from '../../../web/src/evaluate/variance.ts';

const spans = (types: string[]) => types.map((type, i) => ({ start: i, end: i + 1, type }));

describe('bootstrapInterval', () => {
  const mixed: Counts[] = Array.from({ length: 400 }, (_, i) => ({ correct: i % 2, missed: (i + 1) % 2, spurious: i % 3 ? 0 : 1 }));

  it('is the same for the same seed and another for another', () => {
    expect(bootstrapInterval(mixed, 1)).toEqual(bootstrapInterval(mixed, 1));
    expect(bootstrapInterval(mixed, 1)).not.toEqual(bootstrapInterval(mixed, 2));
  });

  it("holds the score and is as wide as the binomial's where each text is one right or wrong entity", () => {
    const texts: Counts[] = Array.from({ length: 400 }, (_, i) => (i % 4 ? { correct: 1, missed: 0, spurious: 0 } : { correct: 0, missed: 1, spurious: 1 }));
    const { low, high } = bootstrapInterval(texts, 3, { resamples: 4000 })!;
    const error = 1.96 * Math.sqrt((0.75 * 0.25) / 400);
    expect(low).toBeCloseTo(0.75 - error, 1.5);
    expect(high).toBeCloseTo(0.75 + error, 1.5);
    expect(high - low).toBeGreaterThan(1.8 * error);
    expect(high - low).toBeLessThan(2.2 * error);
  });

  it('is a point where all is right, and null without texts', () => {
    expect(bootstrapInterval([{ correct: 2, missed: 0, spurious: 0 }], 1)).toEqual({ low: 1, high: 1 });
    expect(bootstrapInterval([], 1)).toBeNull();
  });

  it('takes less than two seconds for 5,000 texts', () => {
    const start = performance.now();
    bootstrapInterval(Array.from({ length: 5000 }, (_, i) => mixed[i % 400]!), 1);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('varianceOverTypes', () => {
  it('is the population variance of F1 over the types with gold entities', () => {
    const scores = scoreSpans([spans(['a', 'b', 'b'])], [spans(['a', 'x', 'x'])]);
    expect(varianceOverTypes(scores)).toBeCloseTo(0.25, 12);
    expect(varianceOverTypes(scoreSpans([[]], [[]]))).toBe(0);
  });
});

describe('countDocuments', () => {
  it('counts each text alone', () => {
    expect(countDocuments([spans(['a', 'b']), []], [spans(['a', 'c']), spans(['a'])])).toEqual([
      { correct: 1, missed: 1, spurious: 1 },
      { correct: 0, missed: 0, spurious: 1 },
    ]);
  });
});
