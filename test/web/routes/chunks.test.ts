import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../../web/src/routes/annotate/chunks.ts';
import type { Span } from '../../../web/src/text/span.ts';

const span = (start: number, end: number): Span => ({ start, end, type: 'x', source: 'manual' });
const long = Array.from({ length: 800 }, (_, i) => `word${i}`).join(' ');

describe('chunks of a long text', () => {
  it('give the text and its spans back, and cut no span', () => {
    const spans = fc.array(fc.tuple(fc.nat(long.length - 1), fc.integer({ min: 1, max: 900 })).map(([start, length]) => span(start, Math.min(long.length, start + length))), { maxLength: 20 });
    fc.assert(
      fc.property(spans, spans, (labels, suggestions) => {
        const chunks = chunksOf(long, labels, suggestions);
        expect(chunks.map(({ start, end }) => long.slice(start, end)).join('')).toBe(long);
        expect(chunks.flatMap((chunk) => chunk.labels).sort((a, b) => a.start - b.start || a.end - b.end)).toEqual([...labels].sort((a, b) => a.start - b.start || a.end - b.end));
        for (const { start, end, labels: inside, suggestions: more } of chunks) for (const mark of [...inside, ...more]) expect(mark.start >= start && mark.end <= end).toBe(true);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('stay the same where nothing changed', () => {
    const before = chunksOf(long, [span(0, 5), span(3000, 3010)], []);
    const kept = before[0]!.labels[0]!;
    const after = chunksOf(long, [kept, span(3000, 3020)], [], before);
    expect(after.filter((chunk, i) => chunk !== before[i])).toHaveLength(1);
    expect(after[0]).toBe(before[0]);
  });

  it('are one for a text that is empty or has no white space', () => {
    expect(chunksOf('', [], [])).toHaveLength(1);
    expect(chunksOf('字'.repeat(5000), [], [])).toHaveLength(1);
  });
});
