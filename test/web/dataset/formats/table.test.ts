import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../../web/src/dataset/formats/detect.ts';
import type { Exported } from '../../../../web/src/dataset/formats/format.ts';
import { csvWriter, tsvWriter } from '../../../../web/src/dataset/formats/table/write.ts';
import { readCell } from '../../../../web/src/dataset/formats/table/cells.ts';
import type { Span } from '../../../../web/src/text/span.ts';
import { dataSets } from '../arbitrary.ts';
import { textOf } from './round-trip.ts';
import { kinds, load, show, tokens } from './stream.ts';

const exported = (text: string, spans: Span[] = []): Exported => ({
  name: 'x',
  language: 'en',
  types: [],
  layers: [],
  documents: [{ id: 'x', text, spans, origin: { file: 'x', line: 1 } }],
});

describe('a table of texts', () => {
  it('is read by its header, spans as JSON in code points, the other columns left out and named in the report', async () => {
    const { documents, report } = await load(
      'id,Text,entities,Split,mood\n1,"Ana 😂 left, Oslo","[{""start"":0,""end"":3,""label"":""p""},[12,16,""q""]]",validation,happy\n2,plain,[],test,sad\n',
      'a.csv',
    );
    expect(show(documents)).toEqual(['[Ana:p] 😂 left, [Oslo:q]', 'plain']);
    expect(documents.map(({ split }) => split)).toEqual(['dev', 'test']);
    expect(report).toMatchObject({ format: 'csv', layout: 'comma-separated, 5 columns, one text a row', problemCount: 0 });
    expect(kinds(report)).toEqual({ 'ignored-columns': 2 });
    expect(report.repairs[0]!.examples).toEqual(['id', 'mood']);
  });

  it.each([
    ['semicolons', 'text;label\n"a; b";x\nc;x\n', 'csv', ['a; b', 'c']],
    ['tabs', 'sentence\tlabel\na, b\tx\nc\tx\n', 'tsv', ['a, b', 'c']],
    ['commas and a byte order mark', '\ufefftext,label\n"a, b",x\n', 'csv', ['a, b']],
    ['CR LF', 'text,label\r\n"a, b",x\r\nc,x\r\n', 'csv', ['a, b', 'c']],
    ['blank lines', '\n\ntext,label\n\na,x\n\n', 'csv', ['a']],
  ])('with %s is found so by its content', async (_, content, format, texts) => {
    for (const name of ['a.csv', 'a.tsv', 'a.txt', 'noname']) {
      const { documents, report } = await load(content, name);
      expect(documents.map(({ text }) => text), name).toEqual(texts);
      expect(report.format, name).toBe(format);
    }
  });

  it('keeps line ends within quotes as they are, and counts lines right behind them', async () => {
    const { documents, report } = await load('text,n\r\n"a\r\nb\nc\r",1\r\n"say ""x""",2\r\n,\r\nd,3', 'a.csv');
    expect(documents.map(({ text, origin }) => [text, origin.line])).toEqual([
      ['a\r\nb\nc\r', 2],
      ['say "x"', 5],
      ['d', 7],
    ]);
    expect(kinds(report)).toEqual({ 'ignored-columns': 1 });
  });

  it('of one column without a header has a text a row', async () => {
    const { documents, report } = await load('Ana left Oslo.\n"It rained, we stayed."\nBye, all.\n', 'a.csv');
    expect(documents.map(({ text }) => text)).toEqual(['Ana left Oslo.', 'It rained, we stayed.', 'Bye, all.']);
    expect(report.layout).toBe('separated by semicolons, 1 column, one text a row');
  });

  it('reads lists as Python prints them, as pandas saves them', async () => {
    const { documents } = await load(
      `text,spans\nAna left,"[{'start': 0, 'end': 3, 'label': 'O\\'Neil', 'score': None}]"\n"Oslo",'[(0, 4, ""q"")]'\n`.replaceAll(`'[(`, '"[(').replaceAll(`)]'`, ')]"'),
      'a.csv',
    );
    expect(show(documents)).toEqual(["[Ana:O'Neil] left", '[Oslo:q]']);
    expect(readCell("[(1, 'a\\n\\xe9\\u00e9', True), None, (2,)]")).toEqual([[1, 'a\néé', true], null, [2]]);
    expect(readCell("['a,]', (1, ), \"it's\"]")).toEqual(['a,]', [1], "it's"]);
    expect(() => readCell(`['${"\\\\'".repeat(1e6)}`)).toThrow(SyntaxError);
    expect(() => readCell("[{'a': }]")).toThrow(SyntaxError);
  });

  it('with a tag a word, as a list, is read by its words', async () => {
    const { documents, report } = await load(`Sentence #,Sentence,POS,Tag\nSentence: 1,Ana left Oslo,"['NNP', 'VBD', 'NNP']","['B-per', 'O', 'B-geo']"\n`, 'ner.csv');
    expect(show(documents)).toEqual(['[Ana:per] left [Oslo:geo]']);
    expect(report.layout).toContain('BIO tags');
    const lists = await load(`id,tokens,ner_tags\n0,"[""Ana"", ""left""]","[""B-p"", ""O""]"\n`, 'train.csv');
    expect(show(lists.documents)).toEqual(['[Ana:p] left']);
  });

  it('with a column "label" that holds classes is read without spans', async () => {
    const { documents, report } = await load('text,label\ngood film,positive\nbad film,negative\n', 'a.csv');
    expect(show(documents)).toEqual(['good film', 'bad film']);
    expect(kinds(report)).toEqual({ 'ignored-columns': 1 });
  });
});

describe('a table of tokens', () => {
  it('as on Kaggle has the number of the sentence on its first row alone', async () => {
    const content = 'Sentence #,Word,POS,Tag\nSentence: 1,Ana,NNP,B-per\n,left,VBD,O\n,",",",",O\nSentence: 2,Oslo,NNP,B-geo\n,"""",``,O\n';
    const { documents, report } = await load(content, 'ner_dataset.csv');
    expect(show(documents)).toEqual(['[Ana:per] left ,', '[Oslo:geo] "']);
    expect(tokens(documents)).toEqual([
      ['Ana', 'left', ','],
      ['Oslo', '"'],
    ]);
    expect(documents[1]!.origin.line).toBe(5);
    expect(report.layout).toBe('comma-separated, 4 columns, one token a row, BIO tags');
  });

  it('with the number on every row, or with rows of empty cells between sentences, is cut there', async () => {
    const numbered = await load('sentence_id,token,ner\n7,Ana,B-p\n7,left,O\n8,Oslo,B-q\n', 'a.csv');
    const parted = await load('token\tner_tag\nAna\tB-p\nleft\tO\n\nOslo\tB-q\n', 'a.tsv');
    for (const { documents, report } of [numbered, parted]) {
      expect(show(documents)).toEqual(['[Ana:p] left', '[Oslo:q]']);
      expect(report.repairs).toEqual([]);
    }
  });

  it('with tabs takes a quote for a token', async () => {
    const { documents, report } = await load('token\tlabel\n"\tO\nAna\tB-p\n"\tO\n', 'a.tsv');
    expect(show(documents)).toEqual(['" [Ana:p] "']);
    expect(report.format).toBe('tsv');
  });

  it('of types without prefixes joins neighbours of one type', async () => {
    const { documents } = await load('sentence_id,word,entity\n1,New,place\n1,York,place\n1,calls,O\n', 'a.csv');
    expect(show(documents)).toEqual(['[New York:place] calls']);
  });

  it('without a header is read where its last column is of tags', async () => {
    const { documents } = await load('Ana,NNP,B-p\nleft,VBD,O\n\nOslo,NNP,B-q\n', 'a.csv');
    expect(show(documents)).toEqual(['[Ana:p] left', '[Oslo:q]']);
  });

  it('that never ends a sentence ends in a message', async () => {
    await expect(load(`word,tag\n${'a,O\n'.repeat(100)}`, 'a.csv', { limits: { characters: 50 } })).rejects.toThrow('The sentence that begins on line 2 of a.csv has more than 50 characters: a column "sentence_id"');
  });
});

describe('a table of spans', () => {
  it('joins the rows of one text, by id or by the text itself', async () => {
    const byId = 'id,text,start,end,label,score\na,Ana 😂 left Oslo,0,3,p,0.5\na,Ana 😂 left Oslo,11.0,15.0,q,\nb,nothing,,,,\n';
    const byText = 'text,start,end,label,score\nAna 😂 left Oslo,0,3,p,0.5\nAna 😂 left Oslo,11,15,q,\nnothing,,,,\n';
    const once = 'id,text,start,end,label,score\na,Ana 😂 left Oslo,0,3,p,0.5\n,,11,15,q,\nb,nothing,,,,\n';
    for (const content of [byId, byText, once]) {
      const { documents, report } = await load(content, 'a.csv');
      expect(show(documents)).toEqual(['[Ana:p] 😂 left [Oslo:q]', 'nothing']);
      expect(documents[0]!.spans.map(({ score }) => score)).toEqual([0.5, undefined]);
      expect(kinds(report)).toEqual({});
    }
  });

  it('whose rows of one text do not stand together, or differ in the text, fails with the lines', async () => {
    await expect(load('id,text,start,end,label\na,x,0,1,l\nb,y,0,1,l\na,x,0,1,m\n', 'a.csv')).rejects.toThrow('Line 4: The rows of the text a do not stand together');
    await expect(load('id,text,start,end,label\na,x,0,1,l\na,y,0,1,l\n', 'a.csv')).rejects.toThrow('Line 3: The text is another than on line 2');
  });

  it('reports spans that do not fit, and needs the text', async () => {
    const { documents, report } = await load('text,start,end,label\nabc,1,9,x\nabc,x,2,x\nabc,0,1,x\n', 'a.csv');
    expect(show(documents)).toEqual(['[a:x]bc']);
    expect(kinds(report)).toEqual({ 'invalid-span': 2 });
    await expect(load('id,start,end,label\na,0,1,x\n', 'a.csv')).rejects.toThrow('a.csv has spans and no texts: beside "start", "end" and "label" there must be a column "text"');
  });
});

describe('a table with something wrong', () => {
  it.each([
    ['a quote that never closes', 'text,n\nfine,1\n"open,2\nmore,3\n', 'Line 3: The quote (") that opens a cell in this row has none that closes it; the 1 lines behind it were taken for its text.'],
    ['a quote that is not doubled', 'text,n\n"a "b" c",1\nfine,2\n', 'Line 2: A cell of this row begins with a quote (") and has quotes in it that are not doubled ("").'],
    ['a comma outside quotes', 'text,n\nfine,1\na, b,2\n', 'Line 3: 3 cells where the first row has 2: a text with "," in it must stand in quotes (").'],
    ['spans that are not JSON', 'text,spans\nfine,[]\nabc,"[{""start"": 0,"\n', 'Line 3: The spans are not valid JSON'],
  ])('(%s) fails with the line', async (_, content, message) => {
    await expect(load(content, 'a.csv')).rejects.toThrow(message);
  });

  it('(no header that is known) fails with what is expected', async () => {
    await expect(load('colour,size\nred,1\nblue,2\n', 'a.csv')).rejects.toThrow(/^a\.csv has no header that says what its columns are; its first line is "colour,size"\. Name the column of the texts "text"/);
  });

  it('(a row without end) ends where a row may be no longer', async () => {
    await expect(load(`text,n\n"${'a\n'.repeat(500)}`, 'a.csv', { limits: { lineBytes: 200 } })).rejects.toThrow('The row that begins on line 2 of a.csv is too long: a quote (") that opens a cell there has none that closes it.');
  });

  it('keeps the other rows where problems are to be skipped', async () => {
    const { documents, report } = await load('text,n\na,1\nb,c,2\n"x" y,3\nd,4\n', 'a.csv', { skipProblems: true });
    expect(documents.map(({ text }) => text)).toEqual(['a']);
    expect(report.problems.map(({ line }) => line)).toEqual([3, 4]);
  });
});

describe('a file that is no table', () => {
  it.each([
    ['a.tsv', 'Ana\tB-x\nleft\tO\n', 'conll'],
    ['a.tsv', 'text\tO\nleft\tB-x\n', 'conll'],
    ['a.tsv', 'text\tx\nAna\tperson\nleft\tO\nOslo\tperson\nand\tO\n', 'conll'],
    ['a.tsv', 'Ana\nleft\n', 'conll'],
    ['a.conll', 'word\ttag\nAna\tB-x\n', 'conll'],
    ['a.txt', 'Ana, Oslo and the text\nIt rained.\n', 'text'],
    ['a.txt', 'Text, description\nIt rained.\nIt rained, and so on, and on.\n', 'text'],
    ['a.csv', '{"text": "a"}\n', 'jsonl'],
  ])('(%s: %j) is %s', (name, content, format) => {
    expect(detectFormat(name, content.split('\n'))).toBe(format);
  });
});

describe('csvWriter and tsvWriter', () => {
  it('write files that are known by their content', async () => {
    await fc.assert(
      fc.asyncProperty(dataSets(), async (data) => {
        expect(detectFormat('noname', (await textOf(csvWriter, data)).split('\n'))).toBe('csv');
        expect(detectFormat('noname', (await textOf(tsvWriter, data)).split('\n'))).toBe('tsv');
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('change nothing of a text that a spreadsheet would take for a formula', async () => {
    const file = await textOf(csvWriter, exported('=1+1', [{ start: 0, end: 2, type: 'x', source: 'llm', score: 0.5 }]));
    expect(file).toBe('text,spans,tokens,suggestions,split\n=1+1,"[{""start"":0,""end"":2,""label"":""x"",""score"":0.5,""source"":""llm""}]",,,\n');
  });
});
