import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change } from '../../../web/src/dataset/change.ts';
import type { Document } from '../../../web/src/dataset/document.ts';
import { decodeChange, decodeDocuments, encodeChange, encodeDocuments } from '../../../web/src/storage/encode.ts';
import { document } from './fixtures.ts';

/** Any text, halves of surrogate pairs too. */
const text = fc.string({ unit: 'binary' });
const documents = fc.array(
  fc.record({ id: text, text, words: fc.array(fc.tuple(fc.nat(), fc.nat())), spans: fc.array(fc.record({ start: fc.nat(), end: fc.nat(), type: text, source: fc.constant('manual' as const), score: fc.double({ noNaN: true, min: 0, max: 1 }), note: text })), origin: fc.constant({ file: 'a', line: 1 }) }, { requiredKeys: ['id', 'text', 'spans', 'origin'] }),
);

it('documents come back as they were, whatever is in them', () => {
  fc.assert(
    fc.property(documents, (made) => {
      const placed = made.map((one: Document, position) => ({ position, document: one }));
      expect(decodeDocuments(encodeDocuments(placed))).toEqual(placed);
    }),
    { seed: 1, numRuns: 200 },
  );
});

it('a change that takes a field away still does so when it comes back', () => {
  const change: Change = {
    what: 'both ways',
    at: 1,
    documents: [
      { position: 0, before: { split: 'train' }, after: { split: undefined } },
      { position: 1, before: null, after: document('a') },
      { position: 2, before: { ...document('b'), words: [[0, 4]] }, after: null },
    ],
    types: { before: [], after: [] },
  };
  expect(decodeChange(encodeChange(change))).toStrictEqual(change);
});
