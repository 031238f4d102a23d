import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exported } from '../../../../web/src/dataset/formats/format.ts';
import { detectFormat } from '../../../../web/src/dataset/formats/detect.ts';
import { webannoWriter } from '../../../../web/src/dataset/formats/webanno/write.ts';
import { dataSets } from '../arbitrary.ts';
import { textOf, throughFile } from './round-trip.ts';
import { kinds, load, show, tokens } from './stream.ts';

const NAMED = '#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n\n';
const span = (start: number, end: number, type: string) => ({ start, end, type, source: 'manual' as const });
const exported = (text: string, ...spans: ReturnType<typeof span>[]): Exported => ({
  name: 'x',
  language: 'en',
  types: [],
  layers: [],
  documents: [{ id: 'x', text, spans, origin: { file: 'x', line: 1 } }],
});

describe('a WebAnno TSV file', () => {
  it('becomes a document a sentence, offsets of the file as those of the sentence', async () => {
    const content = `${NAMED}#Text=Ana left .\n1-1\t0-3\tAna\t*\tPER\t\n1-2\t4-8\tleft\t_\t_\t\n1-3\t9-10\t.\t_\t_\t\n\n#Sentence.id=s2\n#Text=New York\n2-1\t11-14\tNew\t*[1]\tLOC[1]\t\n2-2\t15-19\tYork\t*[1]\tLOC[1]\t\n`;
    const { documents, report } = await load(content, 'a.tsv');
    expect(show(documents)).toEqual(['[Ana:PER] left .', '[New York:LOC]']);
    expect(tokens(documents)).toEqual([['Ana', 'left', '.'], ['New', 'York']]);
    expect(documents[1]!.origin.line).toBe(11);
    expect(report).toMatchObject({ format: 'webanno', layout: 'WebAnno TSV 3.3, spans of NamedEntity', repairs: [], problemCount: 0 });
  });

  it('counts UTF-16 units, as its guide says, and characters where a file does and its tokens fit so', async () => {
    const units = await load(`${NAMED}#Text=I 😊 it .\n1-1\t0-1\tI\t_\t_\t\n1-2\t2-4\t😊\t*\tX\t\n1-3\t5-7\tit\t*\tY\t\n1-4\t8-9\t.\t_\t_\t\n`, 'a.tsv');
    expect(show(units.documents)).toEqual(['I [😊:X] [it:Y] .']);
    expect(units.report.repairs).toEqual([]);
    const characters = await load(`${NAMED}#Text=I 😊 it\n1-1\t0-1\tI\t_\t_\t\n1-2\t2-3\t😊\t*\tX\t\n1-3\t4-6\tit\t*\tY\t\n`, 'a.tsv');
    expect(show(characters.documents)).toEqual(['I [😊:X] [it:Y]']);
    expect(kinds(characters.report)).toEqual({ 'code-point-offsets': 1 });
  });

  it('with stacked spans, parts of tokens and spans from part to part is read as INCEpTION writes it', async () => {
    const content =
      '#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Span|value\n\n\n#Text=aaaaaa bbbbbb cccccc\n1-1\t0-6\taaaaaa\t2a[1]|7a[2]|1a[3]\t\n1-1.1\t3-6\taaa\t9a[4]|6a[5]\t\n1-2\t7-13\tbbbbbb\t2a[1]|9a[4]|6a[5]\t\n1-2.1\t7-10\tbbb\t7a[2]|4a[6]\t\n1-2.2\t7-7\t\t11a[7]\t\n1-2.3\t9-13\tbbbb\t5a[8]\t\n1-3\t14-20\tcccccc\t_\t\n1-3.1\t14-17\tccc\t9a[4]\t\n';
    const { documents, report } = await load(content, 'a.tsv');
    expect(documents[0]!.spans.map(({ start, end, type }) => [type, start, end])).toEqual([
      ['2a', 0, 13],
      ['7a', 0, 10],
      ['1a', 0, 6],
      ['9a', 3, 17],
      ['6a', 3, 13],
      ['4a', 7, 10],
      ['5a', 9, 13],
    ]);
    expect(kinds(report)).toEqual({ 'invalid-span': 1 });
  });

  it('takes spans of every layer of entities; relations, chains and parts of speech are left out, and the report says so', async () => {
    const content =
      '#FORMAT=WebAnno TSV 3.2\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n#T_SP=webanno.custom.Frame|FE|ROLE_webanno.custom.Frame:Roles_webanno.custom.FrameRolesLink|webanno.custom.Lu\n#T_SP=webanno.custom.Plain|\n#T_CH=coref.Link|referenceType|referenceRelation\n#T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Frame\n\n\n#Text=Bob sold it\n1-1\t0-3\tBob\tNNP\t_\t_\t_\t*\tpr[1]\tcoref->1-1\tx\t1-2\t\n1-2\t4-8\tsold\tVBD\tdeal\tseller;goods\t1-1;1-3\t_\t_\t_\t_\t_\t\n1-3\t9-11\tit\tPRP\t*\t_\t_\t_\t_\t_\t_\t_\t\n';
    const { documents, report } = await load(content, 'a.tsv');
    expect(show(documents)).toEqual(['[Bob:Plain] [sold:deal] [it:Frame]']);
    expect(kinds(report)).toEqual({ 'other-annotation': 3, 'unnamed-span': 2 });
    expect(report.repairs[0]!.examples[2]).toBe('webanno.custom.Rel');
  });

  it('undoes escapes in texts and values, several #Text lines being one text with line ends', async () => {
    const content = `${NAMED}#Text=a\\\\b\\tc \\[d\\]\n#Text=\n#Text=e\\r\n1-1\t0-9\ta\\\\b\\tc [d]\t*\tx\\|y\\_\\*\\[1\\]\\->z\\;|q\t\n1-2\t11-13\te\\r\t*\t\\*[3]\t\n`;
    const { documents, report } = await load(content, 'a.tsv');
    expect(documents[0]!.text).toBe('a\\b\tc [d]\n\ne\r');
    expect(documents[0]!.spans.map(({ type }) => type)).toEqual(['x|y_*[1]->z;', 'q', '*']);
    expect(report.repairs).toEqual([]);
  });

  it('of version 3.1 has texts escaped as in Java', async () => {
    const { documents } = await load('#FORMAT=WebAnno TSV 3.1\n\n\n#Text=\\u00c9cole \\"x\\" \\\\u0041\n1-1\t0-5\tÉcole\n1-2\t6-9\t"x"\n1-3\t10-16\t\\\\u0041\n', 'a.tsv');
    expect(documents[0]!.text).toBe('École "x" \\u0041');
  });

  it('of another version than 3 is refused with what to do', async () => {
    await expect(load('#FORMAT=WebAnno TSV 4.0\n\n\n#Text=a\n', 'a.tsv')).rejects.toThrow('a.tsv is "WebAnno TSV 4.0"; WebAnno TSV 3.0 to 3.3 are read.');
  });

  it('cuts a span over two sentences at their ends, and says so', async () => {
    const { documents, report } = await load(`${NAMED}#Text=a b\n1-1\t0-1\ta\t_\t_\t\n1-2\t2-3\tb\t*[1]\tX[1]\t\n\n#Text=c\n2-1\t4-5\tc\t*[1]\tX[1]\t\n`, 'a.tsv');
    expect(show(documents)).toEqual(['a [b:X]', '[c:X]']);
    expect(kinds(report)).toEqual({ 'cut-span': 1 });
  });

  it('with white space before the first token, as other programs write it, has its spans in place', async () => {
    const { documents, report } = await load(`${NAMED}#Text=  Ana left\n1-1\t2-5\tAna\t*\tX\t\n1-2\t6-10\tleft\t_\t_\t\n`, 'a.tsv');
    expect(show(documents)).toEqual(['  [Ana:X] left']);
    expect(report.repairs).toEqual([]);
  });

  it('with lines that are no tokens, too few columns or offsets that do not fit fails with their numbers', async () => {
    const bad = ['1-1 0-1 a', '1-1\t0-1\ta', '1-1\tx\ta\t_\t_', '1-1\t0-9\ta\t_\t_', 'a'];
    for (const line of bad) await expect(load(`${NAMED}#Text=a\n${line}\n`, 'a.tsv'), line).rejects.toThrow(/a\.tsv has a line that cannot be read\. Line 6: /);
    await expect(load(`${NAMED}1-1\t0-1\ta\t_\t_\n`, 'a.tsv')).rejects.toThrow('Line 5: A token without a #Text= line before it');
    await expect(load(`${NAMED}#Text=a b\n1-1\t0-1\ta\t_\t_\t\n1-2\t0-1\ta\t_\t_\t\n`, 'a.tsv')).rejects.toThrow('Line 7: The offsets of this token do not fit');
  });

  it('that never ends a sentence ends in a message', async () => {
    await expect(load(`${NAMED}#Text=a\n${'1-1\t0-1\ta\t_\t_\t\n'.repeat(200)}`, 'a.tsv', { limits: { characters: 50 } })).rejects.toThrow('The sentence that begins on line 5 of a.tsv has more than 50 characters');
  });
});

describe('webannoWriter', () => {
  it('writes what is read back the same, whatever the spans, white space and types', async () => {
    await fc.assert(
      fc.asyncProperty(dataSets(), fc.integer({ min: 1, max: 60 }), async (data, size) => {
        const { held, read, report, file } = await throughFile(webannoWriter, data, size);
        expect(read).toEqual(held);
        expect(report?.repairs ?? []).toEqual([]);
        expect(detectFormat('a.tsv', file.split('\n'))).toBe('webanno');
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('keeps control characters', async () => {
    const text = Array.from({ length: 32 }, (_, code) => `${String.fromCharCode(code)}${'filler'.repeat(8)}`).join('');
    const { held, read } = await throughFile(webannoWriter, exported(text, span(0, 5, 'x')));
    expect(read).toEqual(held);
  });

  it('writes lines as INCEpTION does: a column behind the last, offsets through the whole file, numbers only where needed', async () => {
    const data = exported('Ana-Ruiz left', span(0, 8, 'PER'), span(4, 8, 'PER'));
    const file = await textOf(webannoWriter, { ...data, documents: [...data.documents, ...exported('a\nb', span(0, 3, 'x')).documents] });
    expect(file).toBe(
      '#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value\n\n\n#Text=Ana-Ruiz left\n1-1\t0-8\tAna-Ruiz\tPER\t\n1-1.1\t4-8\tRuiz\tPER\t\n1-2\t9-13\tleft\t_\t\n\n#Text=a\n#Text=b\n2-1\t14-15\ta\tx[1]\t\n2-2\t16-17\tb\tx[1]\t\n',
    );
  });
});
