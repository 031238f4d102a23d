import { describe, expect, it } from 'vitest';
import { fork } from '../../../web/src/dataset/random.ts';
import { checkedLayer, checkedSample } from '../../../web/src/evaluate/checked-sample.ts';
import { proportion } from '../../../web/src/evaluate/proportion.ts';
import { documentOf } from '../dataset/some-documents.ts';

describe('proportion', () => {
  // SciPy 1.17: binomtest(right, of).proportion_ci(method='wilson').
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [10, 10, 0.7224672001371109, 1],
    [1, 10, 0.017876213095072896, 0.4041500267952385],
    [45, 50, 0.7863976856252034, 0.9565242350681095],
    [812, 1000, 0.7866068125887821, 0.8350052901162314],
    [1, 1, 0.20654931437723745, 1],
  ])('of %i right of %i is as SciPy has it', (right, of, low, high) => {
    const found = proportion(right, of);
    expect(found).toMatchObject({ right, of, share: right / of });
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });

  it('of nothing may be anything', () => {
    expect(proportion(0, 0)).toEqual({ share: 0, right: 0, of: 0, low: 0, high: 1 });
  });

  it('of 50 holds the true share about 95 times in 100', () => {
    const { float } = fork(1, 'coverage');
    for (const truth of [0.5, 0.8, 0.95]) {
      const held = Array.from({ length: 2000 }, () => {
        const { low, high } = proportion(Array.from({ length: 50 }, float).filter((draw) => draw < truth).length, 50);
        return low <= truth && truth <= high ? 1 : 0;
      }).reduce<number>((sum, hit) => sum + hit, 0);
      expect(held / 2000).toBeGreaterThan(0.92);
      expect(held / 2000).toBeLessThan(0.98);
    }
  });
});

describe('a checked sample', () => {
  const span = (start: number, type: string) => ({ start, end: start + 1, type });

  it('tells for each type how many proposed spans are right, and how many right ones were proposed', () => {
    const sample = checkedSample([[span(0, 'a'), span(2, 'a'), span(4, 'b')], []], [[span(0, 'a'), span(2, 'b')], [span(1, 'a')]]);
    expect(sample.texts).toBe(2);
    expect(sample.precision).toMatchObject({ right: 1, of: 3 });
    expect(sample.recall).toMatchObject({ right: 1, of: 3 });
    expect(sample.types.a).toMatchObject({ precision: { right: 1, of: 2 }, recall: { right: 1, of: 2 } });
    expect(sample.types.b).toMatchObject({ precision: { right: 0, of: 1 }, recall: { right: 0, of: 1 } });
  });

  it('of a layer counts all its suggestions, whatever was decided of them, and no other layer’s', () => {
    const document = documentOf('[Ana]PER met [Bo]PER');
    const suggested = (start: number, end: number, layer: string) => ({ start, end, type: 'PER', source: 'llm' as const, layer });
    const suggestions = [{ ...suggested(0, 3, 'run'), decided: 'accepted' as const }, { ...suggested(4, 7, 'run'), decided: 'rejected' as const }, suggested(8, 10, 'other')];
    expect(checkedLayer([{ ...document, suggestions }], 'run')).toMatchObject({ precision: { right: 1, of: 2 }, recall: { right: 1, of: 2 } });
  });
});
