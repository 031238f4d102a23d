import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fork } from '../../../../web/src/dataset/random.ts';
import { OVERLAP_POLICIES } from '../../../../web/src/dataset/refine/policy.ts';
import { settleOverlaps, type Settled } from '../../../../web/src/dataset/refine/settle.ts';
import type { Span, WordRange } from '../../../../web/src/text/span.ts';
import { spansToTags, wordsUnder } from '../../../../web/src/text/tags.ts';

/** Six words of three characters with spaces between them. */
const six: WordRange[] = [0, 4, 8, 12, 16, 20].map((start) => [start, start + 3]);
/** A span over whole words, both inclusive. */
const over = (first: number, last: number, type: string, more: Partial<Span> = {}): Span => ({ start: 4 * first, end: 4 * last + 3, type, source: 'llm', ...more });
const byHand = (first: number, last: number, type: string): Span => over(first, last, type, { source: 'manual' });
const draw = (seed: number) => () => fork(seed, 'test');
const never = (): never => {
  throw new Error('Nothing is to be drawn here.');
};
const types = (settled: Settled<Span>, fate: keyof Settled<Span>): string => settled[fate].map(({ type }) => type).join(' ');

describe('settleOverlaps', () => {
  it('keeps a proposed span only where it shares no word with a given one', () => {
    const settled = settleOverlaps(six, [byHand(1, 2, 'a')], [over(0, 1, 'b'), over(3, 3, 'c'), over(2, 2, 'd')], 'longest', never);
    expect([types(settled, 'kept'), types(settled, 'covered')]).toEqual(['c', 'b d']);
  });

  it('sees that two spans share a word though they share no character', () => {
    const settled = settleOverlaps([[0, 8]], [{ start: 0, end: 3, type: 'a', source: 'manual' }], [{ start: 4, end: 8, type: 'b', source: 'llm' }], 'longest', never);
    expect(types(settled, 'covered')).toBe('b');
  });

  it('tells a span that says what is said already from one that contradicts it', () => {
    const settled = settleOverlaps(six, [byHand(0, 0, 'a')], [over(0, 0, 'a'), over(0, 0, 'b'), over(2, 2, 'c', { score: 0.2 }), over(2, 2, 'c', { score: 0.7 })], 'longest', never);
    expect(settled.same).toEqual([over(0, 0, 'a'), over(2, 2, 'c', { score: 0.2 })]);
    expect([types(settled, 'covered'), types(settled, 'kept')]).toEqual(['b', 'c']);
  });

  it('sets aside a span without a word', () => {
    expect(types(settleOverlaps(six, [], [{ start: 3, end: 4, type: 'a', source: 'llm' }], 'mix', never), 'wordless')).toBe('a');
  });

  it.each([
    ['longest', 'b', 'a c'],
    ['score', 'a c', 'b'],
    ['mix', 'a b c', ''],
  ] as const)('%s keeps %s of three spans in a row', (policy, kept, lost) => {
    const row = [over(0, 1, 'a', { score: 0.9 }), over(1, 3, 'b', { score: 0.5 }), over(3, 4, 'c')];
    const settled = settleOverlaps(six, [], row, policy, never);
    expect([types(settled, 'kept'), types(settled, 'lost')]).toEqual([kept, lost]);
  });

  it('random keeps each of two spans about as often, whatever the order they come in', () => {
    const both = [over(1, 1, 'a'), over(1, 1, 'b')];
    const kept = Array.from({ length: 400 }, (_, seed) => types(settleOverlaps(six, [], both, 'random', draw(seed)), 'kept'));
    const share = kept.filter((type) => type === 'a').length / 400;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
    expect(Array.from({ length: 400 }, (_, seed) => types(settleOverlaps(six, [], both.toReversed(), 'random', draw(seed)), 'kept'))).toEqual(kept);
  });

  it('draws nothing where no two spans share a word', () => {
    expect(types(settleOverlaps(six, [], [over(0, 1, 'a'), over(2, 3, 'b')], 'random', never), 'kept')).toBe('a b');
  });

  const spans = fc.array(fc.tuple(fc.nat(23), fc.integer({ min: 1, max: 12 }), fc.constantFrom('a', 'b', 'c'), fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined })), { maxLength: 8 });
  const asSpans = (raw: [number, number, string, number | undefined][], source: Span['source']): Span[] =>
    raw.map(([start, length, type, score]) => ({ start, end: Math.min(23, start + length), type, source, ...(score === undefined ? {} : { score }) })).filter(({ start, end }) => start < end);
  const touch = (a: Span, b: Span): boolean => {
    const [x, y] = [wordsUnder(six, a), wordsUnder(six, b)];
    return x !== null && y !== null && x.first <= y.last && y.first <= x.last;
  };

  it('gives every proposed span one fate, and what is lost overlaps something that is kept', () => {
    fc.assert(
      fc.property(spans, spans, fc.constantFrom(...OVERLAP_POLICIES), (rawGiven, rawProposed, policy) => {
        const given = asSpans(rawGiven, 'manual');
        const proposed = asSpans(rawProposed, 'llm');
        const settled = settleOverlaps(six, given, proposed, policy, draw(1));
        expect(Object.values(settled).flat().length).toBe(proposed.length);
        expect(settled.kept.some((span) => given.some((other) => touch(span, other)))).toBe(false);
        expect(settled.covered.every((span) => given.some((other) => touch(span, other)))).toBe(true);
        expect(settled.lost.every((span) => settled.kept.some((other) => touch(span, other)))).toBe(true);
        if (policy === 'mix') expect(settled.lost).toEqual([]);
        else expect(spansToTags(six, settled.kept).dropped).toEqual([]);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  it('longest keeps what tags keep', () => {
    fc.assert(
      fc.property(spans, (raw) => {
        const proposed = asSpans(raw, 'llm');
        const { kept } = settleOverlaps(six, [], proposed, 'longest', never);
        expect(spansToTags(six, kept).tags).toEqual(spansToTags(six, proposed).tags);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
