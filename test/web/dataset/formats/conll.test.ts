import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { writeConll, writeTaggedConll } from '../../../../web/src/dataset/formats/write-conll.ts';
import { spansToTags } from '../../../../web/src/text/tags.ts';
import { bytesOf, kinds, load, show, tokens } from './stream.ts';
import { importFile } from '../../../../web/src/dataset/formats/import.ts';

describe('a CoNLL file', () => {
  it('becomes a document a sentence: tokens joined by one space, words and spans in place', async () => {
    const { documents, report } = await load('Ana\tB-person\nRuiz\tI-person\nleft\tO\n\nOslo\tB-place\n\n', 'x/a.conll', { split: 'train' });
    expect(show(documents)).toEqual(['[Ana Ruiz:person] left', '[Oslo:place]']);
    expect(documents[0]).toEqual({
      id: 'train/x/a.conll:1',
      text: 'Ana Ruiz left',
      words: [
        [0, 3],
        [4, 8],
        [9, 13],
      ],
      spans: [{ start: 0, end: 8, type: 'person', source: 'manual' }],
      split: 'train',
      origin: { file: 'x/a.conll', line: 1 },
    });
    expect(documents[1]!.origin.line).toBe(5);
    expect(report).toMatchObject({ format: 'conll', documents: 2, spans: 2, repairs: [], problemCount: 0, layout: 'tab-separated, 2 columns, BIO tags' });
  });

  it('without a newline at the end loses nothing', async () => {
    const { documents, report } = await load('Ana\tB-person\nleft\tO');
    expect(show(documents)).toEqual(['[Ana:person] left']);
    expect(report.repairs).toEqual([]);
  });

  it('with a byte order mark is read without it, and says so', async () => {
    const { documents, report } = await load('\ufeffAna\tB-person\n');
    expect(tokens(documents)).toEqual([['Ana']]);
    expect(kinds(report)).toEqual({ 'byte-order-mark': 1 });
  });

  it('keeps U+FEFF elsewhere: it is a character of a token', async () => {
    const { documents } = await importFile('a.conll', bytesOf('a\tO\n\ufeffb\tO\n', 4));
    expect(tokens(documents)).toEqual([['a', '\ufeffb']]);
  });

  it('with CR LF is read as with LF, and says so', async () => {
    const { documents, report } = await load('Ana\tB-person\r\nleft\tO\r\n\r\nOslo\tB-place\r\n');
    expect(show(documents)).toEqual(['[Ana:person] left', '[Oslo:place]']);
    expect(kinds(report)).toEqual({ crlf: 4 });
  });

  it('ends lines at LF only: U+0085, U+2028, NBSP and spaces are part of tokens', async () => {
    const { documents } = await load('a\u0085b\tO\nc\u2028d\tO\n\u00a0\tO\nNew York\tB-place\n');
    expect(tokens(documents)).toEqual([['a\u0085b', 'c\u2028d', '\u00a0', 'New York']]);
    expect(show(documents)[0]).toContain('[New York:place]');
  });

  it('with NULs is read without them and says so; a token of NULs still counts', async () => {
    const { documents, report } = await load(`An\0a\tB-person\n\0\tO\nleft\tO\n${'\0'.repeat(9)}`);
    expect(tokens(documents)).toEqual([['Ana', '\ufffd', 'left']]);
    expect(kinds(report)).toEqual({ nul: 3 });
  });

  it('with ragged columns takes the last tag of a line and says so; a token alone is O', async () => {
    const rows = ['Ana NNP B-NP B-person', 'Ruiz NNP I-person', 'left', 'New York NNP B-NP B-place', '. . O O'];
    const { documents, report } = await load(`${rows.join('\n')}\n${'x NN O O\n'.repeat(20)}`);
    expect(show(documents)[0]).toMatch(/^\[Ana Ruiz:person\] left \[New York:place\] \. x/);
    expect(kinds(report)).toMatchObject({ 'ragged-columns': 2, 'missing-tag': 1 });
    expect(report.repairs.find(({ kind }) => kind === 'missing-tag')).toMatchObject({ firstLine: 3, examples: ['left'] });
    expect(documents[0]!.words).toHaveLength(25);
  });

  it('with mixed separators reads each line by its own, whichever is more frequent', async () => {
    for (const [rows, mixed] of [
      ['Ana\tB-person\nRuiz I-person\nleft\tO\nOslo\tB-place\n', 1],
      ['Ana B-person\nRuiz\tI-person\nleft O\nOslo B-place\n', 1],
    ] as const) {
      const { documents, report } = await load(rows);
      expect(show(documents)).toEqual(['[Ana Ruiz:person] left [Oslo:place]']);
      expect(kinds(report)).toEqual({ 'mixed-separators': mixed });
    }
  });

  it('reads I- without B- as the start of an entity, as seqeval does, and says where', async () => {
    const { documents, report } = await load('a\tB-x\nb\tO\nc\tI-x\nd\tI-x\ne\tI-y\nf\tB-y\n');
    expect(show(documents)).toEqual(['[a:x] b [c d:x] [e:y] [f:y]']);
    expect(report.repairs).toEqual([{ kind: 'inside-without-begin', count: 2, firstLine: 3, examples: ['I-x', 'I-y'] }]);
  });

  it.each([
    ['IOB1', 'I-x I-x B-x O I-y', '[a b:x] [c:x] d [e:y]'],
    ['IO', 'I-x I-x I-y O I-y', '[a b:x] [c:y] d [e:y]'],
    ['BIOES', 'B-x E-x S-x O S-y', '[a b:x] [c:x] d [e:y]'],
    ['BIOES', 'B-x I-x L-x O U-y', '[a b c:x] d [e:y]'],
    ['types without prefixes', 'x x y O y', '[a b:x] [c:y] d [e:y]'],
  ])('of the scheme %s (%s) is converted and says so', async (scheme, tags, expected) => {
    const content = tags.split(' ').map((tag, i) => `${'abcde'[i]}\t${tag}\n`);
    const { documents, report } = await load(`${content.join('')}\n${'f\tO\n'.repeat(5)}`);
    expect(show(documents)[0]).toBe(expected);
    expect(report.layout).toContain(scheme);
    expect(kinds(report)['scheme']).toBeGreaterThan(0);
  });

  it('leaves out document marks and comments and keeps the token "#"', async () => {
    const { documents, report } = await load('-DOCSTART- -X- O\n\n# id = 1\n# text = a b\n# O\na O\n# O\n\n# newdoc\nb B-x\n');
    expect(tokens(documents)).toEqual([['#', 'a', '#'], ['b']]);
    expect(kinds(report)).toEqual({ 'document-mark': 1, comment: 3 });
    const tabs = await load('# id = 1\n#\tO\n# b\tO\n');
    expect(tokens(tabs.documents)).toEqual([['#', '# b']]);
  });

  it('finds token and tag in the columns of UNER', async () => {
    const { documents, report } = await load('# sent_id = 1\n1\tAna\tB-PER\t-\tx\n2\tleft\tO\t-\tx\n\n1\tOslo\tB-LOC\t-\tx\n');
    expect(show(documents)).toEqual(['[Ana:PER] left', '[Oslo:LOC]']);
    expect(kinds(report)).toMatchObject({ 'other-columns': 1 });
  });

  it('takes types with hyphens and spaces whole', async () => {
    const { documents } = await load('a\tB-creative-work\nb\tI-creative-work\nc\tB-big thing\n');
    expect(documents[0]!.spans.map(({ type }) => type)).toEqual(['creative-work', 'big thing']);
  });

  it('reads a tag that is none as O and says so, with the line; an empty token keeps its place', async () => {
    const { documents, report } = await load('a\tB-x\nb\tNN\nc\tx\n\tO\nd\tO\n');
    expect(show(documents)).toEqual(['[a:x] b [c:x] \ufffd d']);
    expect(report.repairs.map(({ kind, firstLine, count }) => [kind, firstLine, count])).toEqual([
      ['unknown-tag', 2, 2],
      ['empty-token', 4, 1],
      ['inside-without-begin', 3, 1],
    ]);
  });

  it('of tokens alone is read when its name says CoNLL', async () => {
    const { documents, report } = await load('Ana\nleft\n\nOslo\n');
    expect(tokens(documents)).toEqual([['Ana', 'left'], ['Oslo']]);
    expect(report.layout).toBe('tokens, one a line, without tags');
  });

  it('with one type only is read', async () => {
    const { documents } = await load('a\tB-x\nb\tB-x\n');
    expect(show(documents)).toEqual(['[a:x] [b:x]']);
  });

  it('that holds a sentence without end fails with its line', async () => {
    await expect(load('a\tO\n\n' + 'b\tO\n'.repeat(100), 'a.conll', { limits: { characters: 50 } })).rejects.toThrow(
      'The sentence that begins on line 3 of a.conll has more than 50 characters',
    );
  });

  it('whose lines have no tags fails with a line and what is expected', async () => {
    await expect(load('\nThe boat left the quay .\nIt rained all day .\n', 'a.conll')).rejects.toThrow(/a\.conll has no column of tags: line 2 is "The boat/);
  });
});

describe('writeConll', () => {
  const token = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    fc.constantFrom('#', '# a', '"', '😂', 'New York', '\u0085', '\u2028', '\ufeff', 'O', 'B-x', '-', '\u00a0', 'a\rb', '\\'),
  );
  const isToken = (text: string): boolean => !/[\t\n\0\ufffd]|^-DOCSTART-/.test(text) && text.isWellFormed();
  const sentence = fc.record({
    tokens: fc.array(token.filter(isToken), { minLength: 1, maxLength: 12 }),
    spans: fc.array(fc.tuple(fc.nat(11), fc.nat(4), fc.constantFrom('a', 'b', 'creative-work', 'größe x')), { maxLength: 4 }),
  });

  const toDocument = ({ tokens: list, spans }: { tokens: string[]; spans: [number, number, string][] }): Document => {
    let offset = 0;
    const words = list.map((text): [number, number] => {
      const start = offset;
      offset += text.length + 1;
      return [start, start + text.length];
    });
    const all = spans
      .filter(([first]) => first < words.length)
      .map(([first, more, type]) => ({ start: words[first]![0], end: words[Math.min(first + more, words.length - 1)]![1], type, source: 'manual' as const }));
    const { dropped } = spansToTags(words, all);
    return { id: 'x', text: list.join(' '), words, spans: all.filter((span) => !dropped.includes(span)), origin: { file: 'x', line: 1 } };
  };

  it('writes what is read back the same: tokens, sentences and spans', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 50 }), async (sentences, size) => {
        const documents = sentences.map(toDocument);
        const file = [...writeConll(documents)].join('');
        const { documents: again, report } = await importFile('a.conll', bytesOf(file, size), { format: 'conll' });
        expect(tokens(again)).toEqual(tokens(documents));
        expect(again.map(({ text }) => text)).toEqual(documents.map(({ text }) => text));
        const inOrder = (spans: Document['spans']): Document['spans'] => [...spans].sort((a, b) => a.start - b.start);
        expect(again.map(({ spans }) => spans)).toEqual(documents.map(({ spans }) => inOrder(spans)));
        expect(report.problemCount).toBe(0);
        expect([...writeConll(again)].join('')).toBe(file);
      }),
      { numRuns: 300 },
    );
  });

  it('tells of spans that tags cannot say', () => {
    const document: Document = {
      id: 'x',
      text: 'Harbour Council met',
      spans: [
        { start: 0, end: 15, type: 'org', source: 'manual' },
        { start: 0, end: 7, type: 'place', source: 'manual' },
        { start: 16, end: 18, type: 'x', source: 'manual' },
      ],
      origin: { file: 'x', line: 1 },
    };
    const lost: string[] = [];
    const file = [...writeConll([document], { lost: (_, { dropped, widened }) => lost.push(`${dropped.length} dropped, ${widened.length} widened`) })].join('');
    expect(file).toBe('Harbour\tB-org\nCouncil\tI-org\nmet\tB-x\n\n');
    expect(lost).toEqual(['1 dropped, 1 widened']);
  });

  it('finds the words of a text that has none, and reads them back', async () => {
    const text = 'Ana (left) Oslo.';
    const file = [...writeConll([{ id: 'x', text, spans: [{ start: 0, end: 3, type: 'p', source: 'manual' }], origin: { file: 'x', line: 1 } }])].join('');
    expect(file).toBe('Ana\tB-p\n(\tO\nleft\tO\n)\tO\nOslo\tO\n.\tO\n\n');
    expect(tokens((await load(file)).documents)).toEqual([['Ana', '(', 'left', ')', 'Oslo', '.']]);
  });

  it('writes a tab or a line end within a token as a space', () => {
    expect([...writeConll([{ id: 'x', text: 'a\tb\nc', words: [[0, 5]], spans: [], origin: { file: 'x', line: 1 } }])]).toEqual(['a b c\tO\n\n']);
  });
});

describe('writeTaggedConll', () => {
  it('keeps tokens and sentences and puts one tab before the tag', async () => {
    const { documents } = await load('New York B-NP O\nruns VB O\n\n# NN O\n');
    const written = [...writeTaggedConll(documents, [['O', 'B-x', 'I-x'].slice(0, documents[0]!.words!.length), ['B-y']])].join('');
    expect(written.split('\n\n').map((block) => block.split('\n').map((line) => line.split('\t').length))).toEqual([Array(documents[0]!.words!.length).fill(2), [2], [1]]);
    expect(tokens((await load(written)).documents)).toEqual(tokens(documents));
  });

  it('refuses tags of another number than the words', async () => {
    const { documents } = await load('a\tO\n');
    expect(() => [...writeTaggedConll(documents, [[]])]).toThrow('has 1 words and 0 tags');
  });
});
