import { expect, it } from 'vitest';
import type { Span } from '../../../web/src/text/span.ts';
import { interlinear } from '../../../web/src/routes/evaluate/interlinear.ts';

const span = (start: number, end: number, type: string): Span => ({ start, end, type, source: 'manual' });

it('a text is cut at the edges of both sides, and every piece knows what lies over and under it', () => {
  const pieces = interlinear('Mara Lindqvist sings', [span(0, 14, 'person')], [span(5, 20, 'event')]);
  expect(pieces.map(({ text, gold, predicted }) => [text, gold?.type, predicted?.type])).toEqual([
    ['Mara ', 'person', undefined],
    ['Lindqvist', 'person', 'event'],
    [' sings', undefined, 'event'],
  ]);
});
