import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Document, Split } from '../../../../web/src/dataset/document.ts';
import type { Exported, Format } from '../../../../web/src/dataset/formats/format.ts';
import { holdAll, type Losses } from '../../../../web/src/dataset/formats/hold.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { comparable, expectedOf, fileOf, MINUTES, readBack, thorough, written } from './files.ts';

const folder = new URL('../../../../../shared/data/', import.meta.url);
const names = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(new URL(`${name}/train.conll`, folder))) : [];
if (!names.length) console.warn('No data set goes through the formats: ../shared/data not found.');

const splits: readonly Split[] = ['train', 'dev', 'test'];

/** Formats in which all there is in these data sets has a place: tokens, entities that share no word, splits. */
const WHOLE: readonly Format[] = ['jsonl', 'gliner', 'hugging-face', 'parquet'];

/** Lines of each split that go through: all of them in `npm run test:formats`. */
const LINES = thorough ? Infinity : 200;

/** The first sentences of a file, with the blank line after the last. */
function sentencesOf(name: string, split: Split): string {
  const file = new URL(`${name}/${split}.conll`, folder);
  const content = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = content.split('\n');
  return lines.length <= LINES ? content : `${lines.slice(0, lines.lastIndexOf('', LINES)).join('\n')}\n\n`.replace(/\n+$/, '\n\n');
}

async function load(name: string): Promise<Exported> {
  const documents: Document[] = [];
  for (const split of splits) {
    const content = sentencesOf(name, split);
    if (content) documents.push(...(await readBack(`${split}.conll`, new TextEncoder().encode(content), { split })).documents);
  }
  const { language, types } = JSON.parse(readFileSync(new URL(`${name}/dataset.json`, folder), 'utf8')) as { language: string; types: { name: string }[] };
  return { name, language, layers: [], types: types.map((type) => ({ name: type.name, definition: '', colour: 0 })), documents };
}

describe.each(names)('%s', (name) => {
  it('becomes the same CoNLL files again, byte for byte', async () => {
    const exported = await load(name);
    const writer = await writers.conll!();
    for (const split of splits) {
      const content = sentencesOf(name, split);
      const documents = exported.documents.filter((document) => document.split === split);
      expect(documents.length > 0).toBe(content !== '');
      if (content) expect(Buffer.from(await fileOf(writer, { ...exported, documents })).equals(Buffer.from(content))).toBe(true);
    }
  });

  it.each(written)(
    'comes back from %s as it was, but for what the format does not hold',
    async (format) => {
      const exported = await load(name);
      const writer = await writers[format]!();
      const { documents } = await readBack(`data.${writer.ending}`, await fileOf(writer, exported));
      expect(documents.map((document) => comparable(document))).toEqual(expectedOf(exported, writer));
      const losses: Losses = new Map();
      const held = [...holdAll(exported.documents, writer.holds, exported.language, losses)];
      expect(held).toHaveLength(exported.documents.length);
      if (WHOLE.includes(format)) expect(losses).toEqual(new Map());
    },
    MINUTES,
  );
});

it.skipIf(!names.length)('sentences of plain text come back from a text file as they were', async () => {
  const lines = readFileSync(new URL('raw/sentences.txt', folder), 'utf8').split('\n').filter((line) => line.trim()).slice(0, LINES);
  const exported: Exported = { name: 'raw', language: 'en', types: [], layers: [], documents: lines.map((text, i) => ({ id: `${i}`, text, spans: [], origin: { file: 'raw', line: i + 1 } })) };
  const writer = await writers.text!();
  const { documents } = await readBack('data.txt', await fileOf(writer, exported));
  expect(documents.map(({ text }) => text)).toEqual(lines);
});
