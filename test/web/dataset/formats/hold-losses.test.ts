import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import type { Holds } from '../../../../web/src/dataset/formats/format.ts';
import { hold, holdAll, type Losses } from '../../../../web/src/dataset/formats/hold.ts';
import type { Span } from '../../../../web/src/text/span.ts';

const everything: Holds = { spans: 'any', text: 'exact', words: true, scores: true, notes: true, sources: true, splits: true, suggestions: true };
const span = (start: number, end: number, type = 'x', more: Partial<Span> = {}): Span => ({ start, end, type, source: 'manual', ...more });
const text = (content: Partial<Document>): Document => ({ id: '1', text: 'Ana B. left', spans: [], origin: { file: 'a', line: 1 }, ...content });

function held(document: Document, holds: Partial<Holds>): { document: Document; losses: object } {
  const losses: Losses = new Map();
  return { document: hold(document, { ...everything, ...holds }, 'en', losses), losses: Object.fromEntries(losses) };
}

describe('a format', () => {
  it('of whole words widens spans, takes white space off them, and keeps once what becomes the same', () => {
    const { document, losses } = held(text({ spans: [span(1, 2), span(0, 4), span(0, 3, 'y'), span(3, 4)] }), { spans: 'words' });
    expect(document.spans).toEqual([span(0, 3), span(0, 3, 'y')]);
    expect(losses).toEqual({ 'part-of-word': 1, 'white-space': 1, overlap: 1, 'no-word': 1 });
  });

  it('of tags keeps the longer of two spans, with all it says, in the order of the text', () => {
    const { document, losses } = held(text({ spans: [span(7, 11, 'y', { score: 0.5 }), span(0, 3), span(0, 6, 'x', { note: 'hm' })] }), { spans: 'flat' });
    expect(document.spans).toEqual([span(0, 6, 'x', { note: 'hm' }), span(7, 11, 'y', { score: 0.5 })]);
    expect(losses).toEqual({ overlap: 1 });
  });

  it('reduces suggestions as it does spans, each layer by itself', () => {
    const suggestions = [{ ...span(0, 2), layer: 'a' }, { ...span(0, 3, 'y'), layer: 'b' }, { ...span(7, 11, 'x', { score: 1 }), layer: 'a' }];
    const { document, losses } = held(text({ suggestions }), { spans: 'flat', scores: false });
    expect(document.suggestions).toEqual([{ ...span(0, 3), layer: 'a' }, { ...span(7, 11), layer: 'a' }, { ...span(0, 3, 'y'), layer: 'b' }]);
    expect(losses).toEqual({ 'part-of-word': 1, score: 1 });
    expect(held(text({ suggestions }), { suggestions: false }).losses).toEqual({ suggestion: 3 });
  });

  it('of words joins them by one space each, without tabs and line ends in them', () => {
    const { document, losses } = held(text({ text: ' Ana\tB.  left\n', words: [[1, 7], [9, 13]], spans: [span(9, 13)] }), { text: 'words', spans: 'flat' });
    expect(document).toMatchObject({ text: 'Ana B. left', words: [[0, 6], [7, 11]], spans: [span(7, 11)] });
    expect(losses).toEqual({ 'white-space': 1 });
  });

  it('of one line moves spans along with what it takes away', () => {
    const { document } = held(text({ text: ' \nAna\r\n\nB. left ', words: [[2, 5]], spans: [span(2, 10), span(0, 2)] }), { text: 'line', words: false });
    expect(document).toEqual(text({ text: 'Ana B. left', spans: [span(0, 6)] }));
  });

  it('takes words of white space for none', () => {
    const { document, losses } = held(text({ text: 'Ana\nleft', words: [[0, 3], [3, 4], [4, 8]] }), {});
    expect(document.words).toEqual([[0, 3], [4, 8]]);
    expect(losses).toEqual({ words: 1 });
  });

  it('leaves texts out that have no word, or nothing but white space', () => {
    const losses: Losses = new Map();
    const documents = [text({ text: '\u200b' }), text({ text: ' \n' }), text({ text: 'a' })];
    expect([...holdAll(documents, { ...everything, text: 'words' }, 'en', losses)].map((document) => document.text)).toEqual(['a']);
    expect(losses.get('text')).toBe(2);
    expect([...holdAll(documents, everything)].map((document) => document.text)).toEqual(['\u200b', 'a']);
  });
});
