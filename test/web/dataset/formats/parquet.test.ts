import { createReadStream, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Exported } from '../../../../web/src/dataset/formats/format.ts';
import { importFile } from '../../../../web/src/dataset/formats/import.ts';
import { parquetWriter } from '../../../../web/src/dataset/formats/parquet-writer.ts';
import { ImportError } from '../../../../web/src/dataset/formats/report.ts';
import { fileOf } from './files.ts';
import { bytesOf, kinds, show } from './stream.ts';

type Columns = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['columnData']>;
type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;

const list = (name: string, element: Schema[number]): Schema => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { repetition_type: 'OPTIONAL', ...element },
];
const strings = (name: string): Schema => list(name, { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8' });
const numbers = (name: string): Schema => list(name, { name: 'element', type: 'INT64' });
const text: Schema = [{ name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];

function file(schema: Schema[], columnData: Columns, features?: unknown, codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY'): Uint8Array {
  const kvMetadata = features ? { kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }] } : {};
  return new Uint8Array(parquetWriteBuffer({ schema: [{ name: 'schema', num_children: schema.length }, ...schema.flat()], columnData, codec, ...kvMetadata }));
}

const load = (bytes: Uint8Array, options: Parameters<typeof importFile>[2] = {}): ReturnType<typeof importFile> => importFile('a.parquet', bytesOf(bytes, 1000), options);
const tokens = { name: 'tokens', data: [['Ana', 'left', 'Oslo'], ['It', 'rained']] };
const tagNumbers = { name: 'ner_tags', data: [[1n, 0n, 3n], [0n, 0n]] };
const names = ['O', 'B-person', 'I-person', 'B-place'];

describe('a Parquet file', () => {
  it.each([
    ['Sequence', { feature: { names, _type: 'ClassLabel' }, _type: 'Sequence' }],
    ['List', { feature: { names, _type: 'ClassLabel' }, _type: 'List' }],
    ['a list of one', [{ names, _type: 'ClassLabel' }]],
  ])('has tokens, numbers of tags, and their names in its metadata as %s', async (_, feature) => {
    const { documents, report } = await load(file([strings('tokens'), numbers('ner_tags')], [tokens, tagNumbers], { ner_tags: feature }));
    expect(show(documents)).toEqual(['[Ana:person] left [Oslo:place]', 'It rained']);
    expect(documents[1]!.origin).toEqual({ file: 'a.parquet', line: 2 });
    expect(report).toMatchObject({ format: 'parquet', layout: 'tokens, ner_tags, tokens with BIO tags', documents: 2, spans: 2, lines: 2, repairs: [], problems: [] });
  });

  it.each(['SNAPPY', 'UNCOMPRESSED'] as const)('has tags as strings, packed with %s', async (codec) => {
    const tags = { name: 'tags', data: [['B-person', 'O', 'B-place'], ['O', 'O']] };
    expect(show((await load(file([strings('tokens'), strings('tags')], [tokens, tags], undefined, codec))).documents)).toEqual(['[Ana:person] left [Oslo:place]', 'It rained']);
  });

  it('has texts with spans', async () => {
    const spans: Schema = [
      { name: 'spans', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', num_children: 3 },
      { name: 'start', type: 'INT64', repetition_type: 'OPTIONAL' },
      { name: 'end', type: 'INT64', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ];
    const data = [[{ start: 2n, end: 5n, label: 'person' }, { start: 0n, end: 1n, label: 'face' }], []];
    expect(show((await load(file([text, spans], [{ name: 'text', data: ['😂 Ana', 'It rained'] }, { name: 'spans', data }]))).documents)).toEqual(['[😂:face] [Ana:person]', 'It rained']);
  });

  it('keeps a U+FEFF at the start of a token', async () => {
    const { documents } = await load(file([strings('tokens')], [{ name: 'tokens', data: [['\ufeffAna', 'left']] }]));
    expect(documents[0]!.text).toBe('\ufeffAna left');
  });

  it('without names for its numbers takes those of the import, else says what to do', async () => {
    const bytes = file([strings('tokens'), numbers('ner_tags')], [tokens, tagNumbers]);
    expect(show((await load(bytes, { labels: names })).documents)[0]).toBe('[Ana:person] left [Oslo:place]');
    await expect(load(bytes)).rejects.toThrow(/a\.parquet has 2 lines.*Row 1: Tags must be strings like "B-person", or numbers whose names are known\. Add the dataset_info\.json or README\.md/);
  });

  it('with rows that do not fit names them, and empty rows are left out', async () => {
    const { documents, report } = await load(file([strings('tokens'), numbers('ner_tags')], [{ ...tokens, data: [['Ana', 'left'], [' ']] }, { ...tagNumbers, data: [[1n], [0n]] }]), { labels: names, skipProblems: true });
    expect(documents).toEqual([]);
    expect(report.problems).toEqual([{ line: 0, message: 'Row 1: 2 tokens and 1 tags: there must be one tag a token.' }]);
    expect(kinds(report)).toEqual({ 'empty-text': 1 });
  });

  it.each([
    ['without such columns', () => file([text.map((column) => ({ ...column, name: 'sentence' }))], [{ name: 'sentence', data: ['a'] }]), 'has no column of texts: expected "tokens" with "ner_tags", or "text" with "spans"; its columns are sentence'],
    ['cut off', () => file([text], [{ name: 'text', data: ['a'] }]).slice(0, -9), 'its end is missing. Was the download complete?'],
    ['of text', () => new TextEncoder().encode('Ana left'), 'it does not begin as Parquet files do'],
    ['that counts more rows than it holds', () => claimRows(file([text], [{ name: 'text', data: ['a'] }])), 'it counts more rows than it holds'],
  ])('%s is refused with the reason', async (_, bytes, message) => {
    await expect(load(bytes())).rejects.toThrow(message);
  });

  it('ends at the limits of an import', async () => {
    const bytes = file([text], [{ name: 'text', data: Array.from({ length: 50 }, (_, i) => `text ${i}`) }]);
    await expect(load(bytes, { limits: { documents: 40 } })).rejects.toThrow('a.parquet has more than 40 texts');
    await expect(load(bytes, { limits: { bytes: 200 } })).rejects.toThrow('a.parquet is larger than 0 MB');
    expect((await load(bytes, { limits: { characters: 6 }, skipProblems: true })).report.problemCount).toBe(40);
  });
});

it('a huge number at any place of a file ends in a message or in a text, before anything of its size is made', { timeout: 60_000 }, async () => {
  for (const name of ['delta', 'datasets', 'gzip-pages-2']) {
    const bytes = readFileSync(new URL(`../../../fixtures/parquet/${name}.parquet`, import.meta.url));
    const ends = { read: 0, refused: 0 };
    for (let at = 4; at < bytes.length; at += name === 'delta' ? 1 : 3) {
      const spoilt = Uint8Array.from(bytes);
      spoilt.set([0xfe, 0xff, 0xff, 0x7f].slice(0, bytes.length - at), at);
      const start = performance.now();
      const end = await load(spoilt, { skipProblems: true }).then(
        () => 'read' as const,
        (error: unknown) => {
          expect(error).toBeInstanceOf(ImportError);
          return 'refused' as const;
        },
      );
      ends[end]++;
      expect(performance.now() - start, `at byte ${at} of ${name}`).toBeLessThan(2000);
    }
    expect(ends.refused).toBeGreaterThan(100);
  }
  expect(process.resourceUsage().maxRSS / 1024, 'MB at most').toBeLessThan(1000);
});

describe('a Parquet file of pyarrow', () => {
  const fixture = (name: string): ReturnType<typeof importFile> => importFile(name, createReadStream(new URL(`../../../fixtures/parquet/${name}`, import.meta.url)), { skipProblems: true });

  it.each(['datasets.parquet', 'gzip-pages-2.parquet', 'delta.parquet'])('is read: %s', async (name) => {
    const { documents, report } = await fixture(name);
    expect(show(documents)).toEqual(['[Ana:person] left [Oslo:place] 😂', 'It rained', '[\ufeffNew York:place]']);
    expect([report.problems, report.repairs]).toEqual([[], []]);
  });
  it('has texts with lists of structs as spans', async () => {
    const { documents, report } = await fixture('spans.parquet');
    expect(show(documents)).toEqual(['[Ana:person] left [Oslo:place] 😂', 'It rained']);
    expect(report.problems).toEqual([{ line: 0, message: 'Row 3: It has neither tokens nor a text.' }]);
  });
  it('packed with Zstandard says how to save it', async () => {
    await expect(fixture('zstd.parquet')).rejects.toThrow("zstd.parquet can't be read as Parquet: it is packed with ZSTD, which is not read. Save it with Snappy, as pandas and datasets do by themselves.");
  });
});

/** Every field of the footer that is the number 1 (a field of 64 bits, then 2 in zigzag) says 50: the numbers of rows among them. */
function claimRows(bytes: Uint8Array): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
  return bytes.map((byte, i) => (i >= bytes.length - 8 - length && i < bytes.length - 8 && byte === 2 && bytes[i - 1] === 0x16 ? 100 : byte));
}

it('what is written has the types and the metadata of `datasets`', async () => {
  const exported: Exported = {
    name: 'set',
    language: 'en',
    types: [{ name: 'place', definition: '', colour: 0 }],
    layers: [],
    documents: [{ id: '1', text: 'Ana left', spans: [{ start: 0, end: 3, type: 'person', source: 'manual' }], split: 'dev', origin: { file: '', line: 1 } }],
  };
  const files = unzipSync(await fileOf(parquetWriter, exported));
  expect(Object.keys(files)).toEqual(['README.md', 'data/validation.parquet']);
  const bytes = files['data/validation.parquet']!;
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const { schema, key_value_metadata: metadata } = parquetMetadata(buffer);
  expect(schema.map(({ name, type }) => (type ? `${name} ${type}` : name))).toEqual(['schema', 'tokens', 'list', 'element BYTE_ARRAY', 'ner_tags', 'list', 'element INT64']);
  expect(JSON.parse(metadata!.find(({ key }) => key === 'huggingface')!.value!)).toMatchObject({
    info: { features: { ner_tags: { feature: { names: ['O', 'B-person', 'I-person', 'B-place', 'I-place'], _type: 'ClassLabel' } } } },
  });
  expect(await parquetReadObjects({ file: buffer })).toEqual([{ tokens: ['Ana', 'left'], ner_tags: [1n, 0n] }]);
});
