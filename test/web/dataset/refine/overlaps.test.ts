import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { overlapMatrix } from '../../../../web/src/dataset/refine/overlaps.ts';
import { documentOf } from '../some-documents.ts';

const spansOf = ({ spans }: Document) => spans;

describe('overlapMatrix', () => {
  it('counts words that have both types, with the spans behind them', () => {
    const documents = [documentOf('the [New [York]LOC Times]ORG and [Oslo]LOC,MISC'), documentOf('[Acme]ORG'), documentOf('[Acme Corp]LOC,ORG')];
    const { types, cells, words, labelledWords } = overlapMatrix(documents, spansOf);
    expect(types).toEqual(['LOC', 'MISC', 'ORG']);
    expect(cells.map(({ types, words, overlaps }) => [types.join(' '), words, overlaps.map(({ document }) => document)])).toEqual([
      ['LOC ORG', 3, [0, 2]],
      ['LOC MISC', 1, [0]],
    ]);
    const [first] = cells[0]!.overlaps;
    expect(first!.spans.map(({ start, end, type }) => `${documents[0]!.text.slice(start, end)} ${type}`)).toEqual(['York LOC', 'New York Times ORG']);
    expect([words, labelledWords]).toEqual([4, 7]);
  });

  it('counts a word of three types for three pairs', () => {
    const { cells, words } = overlapMatrix([documentOf('[Acme]a,b,c')], spansOf);
    expect(cells.map(({ types }) => types.join(''))).toEqual(['ab', 'ac', 'bc']);
    expect(words).toBe(1);
  });

  it('counts no overlap of a type with itself', () => {
    expect(overlapMatrix([documentOf('[Acme [Corp]a]a')], spansOf)).toMatchObject({ cells: [], words: 0, labelledWords: 2 });
  });
});
