import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conllWriter, whyNotSpaces } from '../../../../web/src/dataset/formats/conll-writer.ts';
import type { Exported } from '../../../../web/src/dataset/formats/format.ts';
import { detectFormat } from '../../../../web/src/dataset/formats/detect.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { dataSets } from '../arbitrary.ts';
import { textOf, throughFile } from './round-trip.ts';

const exported = (...documents: Partial<Document>[]): Exported => ({
  name: 'x',
  language: 'en',
  types: [],
  layers: [],
  documents: documents.map((document) => ({ id: 'x', text: '', spans: [], origin: { file: 'x', line: 1 }, ...document })),
});
const span = (start: number, end: number, type: string) => ({ start, end, type, source: 'manual' as const });
const three = { text: 'Ana Ruiz Oslo Rome left', spans: [span(0, 8, 'p'), span(9, 13, 'q'), span(14, 18, 'q')] };

describe('conllWriter', () => {
  it.each([
    ['BIO', 'B-p I-p B-q B-q O'],
    ['IOB1', 'I-p I-p I-q B-q O'],
    ['BIOES', 'B-p E-p S-q S-q O'],
    ['IO', 'I-p I-p I-q I-q O'],
  ] as const)('writes the scheme %s', async (scheme, tags) => {
    const file = await textOf(conllWriter({ scheme }), exported(three));
    expect(file.trimEnd().split('\n').map((line) => line.split('\t')[1])).toEqual(tags.split(' '));
  });

  it.each([{}, { documentMarks: true }, { scheme: 'IOB1' }, { scheme: 'BIOES' }, { scheme: 'IO', documentMarks: true }] as const)('with %j writes what is read back as it says', async (options) => {
    const writer = conllWriter(options);
    await fc.assert(
      fc.asyncProperty(dataSets(), fc.integer({ min: 1, max: 60 }), async (data, size) => {
        const { held, read, report } = await throughFile(writer, data, size);
        expect(read).toEqual(held);
        expect(report?.problemCount ?? 0).toBe(0);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('separates columns with spaces where no token and no type has one, and refuses with the reason where one has', async () => {
    const writer = conllWriter({ separator: ' ' });
    let written = 0;
    await fc.assert(
      fc.asyncProperty(dataSets(), async (data) => {
        const reason = whyNotSpaces(data);
        if (reason) {
          await expect(textOf(writer, data)).rejects.toThrow(reason);
          return;
        }
        const { held, read } = await throughFile(writer, data);
        expect(read).toEqual(held);
        written++;
      }),
      { numRuns: 300, seed: 5 },
    );
    expect(written).toBeGreaterThan(30);
    expect(whyNotSpaces(exported({ text: 'New York', words: [[0, 8]] }))).toBe('The token "New York" of text x has a space in it, so spaces cannot separate the columns. Choose tabs.');
    expect(whyNotSpaces(exported({ text: 'Oslo', spans: [span(0, 4, 'big town')] }))).toContain('The type "big town"');
  });

  it('puts a document mark before each text, as CoNLL-2003 does', async () => {
    const file = await textOf(conllWriter({ documentMarks: true, separator: ' ' }), exported({ text: 'a' }, { text: 'b' }));
    expect(file).toBe('-DOCSTART- O\n\na O\n\n-DOCSTART- O\n\nb O\n\n');
  });

  it('keeps -DOCSTART- where it is a word, and a first token that begins with U+FEFF', async () => {
    for (const text of ['-DOCSTART-', '-DOCSTART- a -DOCSTART-', '\ufeffa']) {
      const { held, read } = await throughFile(conllWriter(), exported({ text: ' ', words: [[0, 1]] }, { text, words: [[0, text.length]] }, { text: 'b' }));
      expect(read).toEqual(held);
    }
  });

  it('writes a file that is CoNLL by its content and its name, whatever the first token', async () => {
    for (const text of ['{"a"', '{}', '[]', '[[1]]', '#FORMAT=WebAnno']) {
      const file = await textOf(conllWriter(), exported({ text, words: [[0, text.length]] }));
      expect(detectFormat('a.conll', file.split('\n')), text).toBe('conll');
    }
  });
});
