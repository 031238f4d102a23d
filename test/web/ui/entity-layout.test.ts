import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Span } from '../../../web/src/text/span.ts';
import { layOut } from '../../../web/src/ui/entity-layout.ts';

const span = (start: number, end: number, type = 'a'): Span => ({ start, end, type, source: 'manual' });
const drawn = (text: string, spans: Span[]) => layOut(text, spans).map((piece) => [piece.text, piece.box?.type ?? null]);

describe('entities drawn in a text', () => {
  it('are boxes with the plain text between them', () => {
    expect(drawn('Mara met Nuno.', [span(9, 13, 'b'), span(0, 4)])).toEqual([['Mara', 'a'], [' met ', null], ['Nuno', 'b'], ['.', null]]);
  });

  it('that overlap are a box for the longest and underlines for the others, also outside the box', () => {
    const [box, after] = layOut('New York City Hall', [span(0, 13, 'place'), span(9, 18, 'building')]);
    expect(box?.box?.type).toBe('place');
    expect(box?.runs.map((run) => [run.text, run.under.map((under) => under.type)])).toEqual([['New York ', []], ['City', ['building']]]);
    expect(after?.runs.map((run) => [run.text, run.under.map((under) => under.type)])).toEqual([[' Hall', ['building']]]);
  });

  it('never change the text, whatever the spans', () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: -2, max: 30 }), fc.integer({ min: -2, max: 30 })).map(([start, end]) => span(start, end)));
    fc.assert(
      fc.property(fc.string({ maxLength: 25 }), spans, (text, given) => {
        const pieces = layOut(text, given);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.flatMap((piece) => piece.runs.map((run) => run.text)).join('')).toBe(text);
      }),
    );
  });
});
