import { describe, expect, it } from 'vitest';
import { bratTypes, readBratLabels, visualConf } from '../../../../web/src/dataset/formats/brat-labels.ts';
import { bratWriter } from '../../../../web/src/dataset/formats/brat-writer.ts';
import { unzipSync } from 'fflate';
import { fileOf } from './files.ts';
import { offer, readAll, zipped } from './offered.ts';
import { kinds, show } from './stream.ts';

const read = (text: string, annotations: string, conf?: string): ReturnType<typeof readAll> =>
  readAll([offer('a.txt', text), offer('a.ann', annotations), ...(conf ? [offer('visual.conf', conf)] : [])]);

describe('stand-off annotations of brat', () => {
  it('are spans of the text that lies beside them', async () => {
    const { documents, reports, names } = await read('Ana left Oslo.\n', 'T1\tPerson 0 3\tAna\nT2\tPlace 9 13\tOslo\n');
    expect(show(documents)).toEqual(['[Ana:Person] left [Oslo:Place].\n']);
    expect(reports).toMatchObject([{ format: 'brat', documents: 1, spans: 2, repairs: [], problems: [] }]);
    expect(names).toEqual(['a.txt']);
  });

  it('count code points, and a U+FEFF at the start as one of them', async () => {
    expect(show((await read('\ufeff😂 Ana 𝒳 left', 'T1\tPerson 3 8\tAna 𝒳\n')).documents)).toEqual(['\ufeff😂 [Ana 𝒳:Person] left']);
  });

  it('in several parts become one span, reported where there is more than white space between them', async () => {
    const { documents, reports } = await read('North and South\nAmerica', 'T1\tPlace 0 5;16 23\tNorth America\nT2\tPlace 10 15;16 23\tSouth America\n');
    expect(documents[0]!.spans.map(({ start, end }) => [start, end])).toEqual([[0, 23], [10, 23]]);
    expect(kinds(reports[0]!)).toEqual({ 'discontinuous-span': 1 });
  });

  it('have notes; relations, events, attributes and normalisations are counted and left out', async () => {
    const { documents, reports } = await read(
      'Ana left Oslo',
      'T1\tPerson 0 3\tAna\n#1\tAnnotatorNotes T1\tfirst line\n#2\tAnnotatorNotes T1\tsecond\tline\nT2\tLeave 4 8\tleft\nE1\tLeave:T2 Who:T1\nA1\tNegation E1\nM1\tSpeculation E1\nR1\tIn Arg1:T1 Arg2:T2\n*\tEquiv T1 T2\nN1\tReference T1 Wikipedia:1\tAna\n#3\tAnnotatorNotes E1\tof an event\n',
    );
    expect(documents[0]!.spans).toEqual([
      { start: 0, end: 3, type: 'Person', source: 'manual', note: 'first line\nsecond\tline' },
      { start: 4, end: 8, type: 'Leave', source: 'manual' },
    ]);
    expect(kinds(reports[0]!)).toEqual({ 'other-annotation': 7 });
  });

  it('that do not fit are reported with their file and line, and none is shifted', async () => {
    const { documents, reports, said } = await read('Ana left', 'T1\tPerson 0 3\tBob\nT2\tPerson 4 99\tleft\nT3\tPerson 3 3\t\nT4\tPerson 0 3\tAna\r\nnonsense\n');
    expect(show(documents)).toEqual(['[Ana:Person] left']);
    expect(kinds(reports[0]!)).toEqual({ 'span-text': 1, 'invalid-span': 2, 'duplicate-span': 1 });
    expect(said).toEqual(['a.ann, line 5: expected "T1", a tab, a type with its start and end, a tab and the text, got "nonsense".']);
  });

  it('of a file with CR LF are read, and the text keeps its line ends', async () => {
    expect(show((await read('Ana\r\nleft', 'T1\tVerb 5 9\tleft\r\n#1\tAnnotatorNotes T1\tnote\r\n')).documents)).toEqual(['Ana\r\n[left:Verb]']);
  });

  it('are called as visual.conf says', async () => {
    const { documents } = await read('Ana', 'T1\tPER 0 3\tAna\nT2\tLOC 0 3\tAna\n', '# types\n[labels]\nPER | New person | Pers | P\nLOC | Place\nGPE | Place\n[drawing]\nPER\tbgColor:red\n');
    expect(documents[0]!.spans.map(({ type }) => type)).toEqual(['New person', 'LOC']);
  });

  it('without a text, and texts without them in their folder, are said', async () => {
    const { documents, said } = await readAll([offer('a.txt', 'Ana'), offer('a.ann', ''), offer('b.ann', ''), offer('c.txt', 'Bo'), offer('LICENSE.txt', 'MIT')]);
    expect(documents.map(({ text }) => text)).toEqual(['Ana']);
    expect(said).toEqual(['b.ann has no text beside it: choose b.txt as well.', 'c.txt has no annotations beside it: choose c.ann as well.']);
  });

  it('in folders belong to the split of their folder', async () => {
    const bytes = await zipped({ 'c/train/1.txt': 'Ana', 'c/train/1.ann': '', 'c/dev/test.txt': 'Bo', 'c/dev/test.ann': '', 'c/x/train.txt': 'Cy', 'c/x/train.ann': '' });
    expect((await readAll([offer('c.zip', bytes)])).documents.map(({ split }) => split)).toEqual(['train', 'dev', undefined]);
  });
});

describe('types of brat', () => {
  it('are letters, digits, _ and -, all different, and come back by their labels', () => {
    const names = ['Person', 'New York', 'New_York', 'Größe', '人名', '👍', 'a|b', 'tab\there', 'back\\slash', '\\u007c', 'New-York'];
    const types = bratTypes(names);
    expect([...types.values()].every((type) => /^[A-Za-z0-9_-]+$/.test(type))).toBe(true);
    expect(new Set(types.values()).size).toBe(names.length);
    const labels = readBratLabels(visualConf(types));
    expect(names.map((name) => labels.get(types.get(name)!))).toEqual(names);
  });
});

it('a span over line ends is written as brat checks it: parts without them, joined by spaces', async () => {
  const text = 'one\ntwo\r\n\nthree\u2028';
  const spans = [{ start: 0, end: text.length, type: 'New York', source: 'manual' as const, note: 'a\nb' }, { start: 3, end: 4, type: 'x', source: 'manual' as const }];
  const exported = { name: 'n', language: 'en', types: [], layers: [], documents: [{ id: '1', text, spans, split: 'dev' as const, origin: { file: '', line: 1 } }] };
  const files = Object.fromEntries(Object.entries(unzipSync(await fileOf(bratWriter, exported))).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
  expect(files['dev/0001.ann']).toBe('T1\tNew_York 0 3;4 7;10 15;16 16\tone two three \nT2\tx 3 3;4 4\t \n#1\tAnnotatorNotes T1\ta\n#2\tAnnotatorNotes T1\tb\n');
  expect(files['annotation.conf']).toBe('[entities]\nx\nNew_York\n[relations]\n[events]\n[attributes]\n');
});
