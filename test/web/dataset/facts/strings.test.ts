import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { entropy } from '../../../../web/src/dataset/facts/entropy.ts';
import { findOccurrences } from '../../../../web/src/dataset/facts/occurrences.ts';
import type { Occurrences } from '../../../../web/src/dataset/facts/occurrences.ts';
import { ambiguousStrings, countStrings, frequentStrings } from '../../../../web/src/dataset/facts/strings.ts';
import { wordsOfAll } from '../../../../web/src/dataset/facts/words.ts';
import { documentOf } from '../some-documents.ts';

const find = (documents: readonly Document[]) => findOccurrences(documents, wordsOfAll(documents));
const listed = ({ strings, types, string, index, start, end, type }: Occurrences) =>
  Array.from(string, (number, i) => `${index[i]} ${start[i]}–${end[i]} ${strings[number]} ${type[i] ? types[type[i]!] : 'outside'}`);

/** The same by trying every string at every word, longest first. */
function found(documents: readonly Document[]): string[] {
  const textOf = ({ text }: Document, start: number, end: number) => text.slice(start, end);
  const strings = new Set(documents.flatMap((document) => document.spans.map(({ start, end }) => textOf(document, start, end))));
  return documents.flatMap((document, index) => {
    const { words = [], spans } = document;
    const lines = spans.map(({ start, end, type }) => `${index} ${start}–${end} ${textOf(document, start, end)} ${type}`);
    for (let i = 0; i < words.length; i++) {
      for (let j = words.length - 1; j >= i; j--) {
        const [start, end] = [words[i]![0], words[j]![1]];
        if (!strings.has(textOf(document, start, end)) || spans.some((span) => span.start < end && span.end > start)) continue;
        lines.push(`${index} ${start}–${end} ${textOf(document, start, end)} outside`);
        i = j;
        break;
      }
    }
    return lines;
  });
}

const line = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5 }), fc.constantFrom('x', 'y')), { minLength: 1, maxLength: 12, size: 'max' })
  .map((words) => words.map(([word, mark, type]) => (mark === 0 ? `[${word}]${type}` : mark === 1 ? `[${word} c]${type}` : word)).join(' '));

describe('findOccurrences', () => {
  it('finds what trying every string at every word finds', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const documents = lines.map((text) => documentOf(text));
        expect(listed(find(documents)).sort()).toEqual(found(documents).sort());
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('takes the longest of several strings, and none that a span touches', () => {
    expect(listed(find([documentOf('[New York]place [York]place'), documentOf('New York and [York Minster]place')])).filter((text) => text.endsWith('outside'))).toEqual(['1 0–8 New York outside']);
  });

  it('counts a span that cuts a word where it stands, and seeks it nowhere else', () => {
    const cut: Document = { ...documentOf('Bonn-based firm'), spans: [{ start: 0, end: 4, type: 'place', source: 'manual' }] };
    expect(listed(find([cut, documentOf('Bonn')]))).toEqual(['0 0–4 Bonn place']);
  });

  it('holds strings that differ only in white space for one', () => {
    const loose: Document = { id: '1', text: 'New  York', spans: [{ start: 0, end: 9, type: 'place', source: 'manual' }], origin: { file: 'f', line: 1 } };
    expect(find([loose, documentOf('[New York]place')]).strings).toEqual(['New York']);
  });
});

describe('strings', () => {
  const strings = countStrings(find(['[UN]org met', '[UN]org and [Rome]place', '[UN]place', '[Rome]place', 'the UN , Rome', '[Bonn]place'].map((text) => documentOf(text))));

  it('are counted by type and where they stand without a label', () => {
    expect(strings).toEqual([
      { text: 'UN', types: [{ type: 'org', count: 2 }, { type: 'place', count: 1 }], labelled: 3, outside: 1, entropy: entropy([2, 1, 1]) },
      { text: 'Rome', types: [{ type: 'place', count: 2 }], labelled: 2, outside: 1, entropy: entropy([2, 1]) },
      { text: 'Bonn', types: [{ type: 'place', count: 1 }], labelled: 1, outside: 0, entropy: 0 },
    ]);
  });

  it('are listed by type, the most frequent first', () => {
    expect(frequentStrings(strings, 2)).toEqual([
      { type: 'org', strings: [{ text: 'UN', count: 2 }] },
      { type: 'place', strings: [{ text: 'Rome', count: 2 }, { text: 'Bonn', count: 1 }] },
    ]);
  });

  it('are ambiguous where their label is open, the most often so first', () => {
    expect(ambiguousStrings(strings, 5).map(({ text }) => text)).toEqual(['UN', 'Rome']);
    expect(ambiguousStrings(strings, 1).map(({ text }) => text)).toEqual(['UN']);
  });
});
