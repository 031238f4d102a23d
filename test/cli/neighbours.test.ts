import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotate } from '../../web/cli/annotate.ts';
import { openExamples } from '../../web/cli/neighbours.ts';
import { Call } from '../../web/cli/verb.ts';
import { documentOf } from '../web/dataset/some-documents.ts';
import { twentySentences } from '../web/train/sentences.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-neighbours-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pool = twentySentences();
const documents = ['On Monday Bo went to Oslo .', 'Nobody came .', 'The road to Rome is closed , said Cy .'].map((text) => documentOf(text));
const silent = { progress: () => undefined, note: () => undefined };

const examplesOf = async (file: string, ...flags: string[]) => {
  const call = new Call(annotate, [...flags, '--encoder', 'tiny', '--threads', '1']);
  return openExamples(call, { documents, pool, count: 3, seed: 1, file: path.join(folder, file) }, silent);
};

it('shows each text with the labelled texts most like it, and never with itself', async () => {
  const examplesFor = await examplesOf('sentence.json', '--neighbours', 'sentence');
  const [first, second, third] = documents.map(({ text }) => examplesFor([text]).map((example) => example.text));
  expect(first!.every((text) => text.startsWith('On Monday'))).toBe(true);
  expect(second).not.toContain('Nobody came .');
  expect(third!.every((text) => text.startsWith('The road to'))).toBe(true);
});

it('by entity shows only texts that hold one', async () => {
  const examplesFor = await examplesOf('entity.json', '--neighbours', 'entity');
  for (const { text } of documents) {
    const examples = examplesFor([text]);
    expect(examples).toHaveLength(3);
    expect(examples.every(({ spans }) => spans.length > 0)).toBe(true);
  }
});

it('a request with several texts is shown examples of each in turn', async () => {
  const examplesFor = await examplesOf('sentence.json', '--neighbours', 'sentence');
  const [first, third] = [examplesFor([documents[0]!.text]), examplesFor([documents[2]!.text])];
  expect(examplesFor([documents[0]!.text, documents[2]!.text]).map(({ text }) => text)).toEqual([first[0]!.text, third[0]!.text, first[1]!.text]);
});

it('takes what was found before where nothing has changed, and finds anew where something has', async () => {
  const before = await examplesOf('again.json', '--neighbours', 'entity');
  const file = path.join(folder, 'again.json');
  const kept = JSON.parse(await readFile(file, 'utf8')) as { key: string; nearest: number[][] };
  await writeFile(file, JSON.stringify({ ...kept, nearest: kept.nearest.map((list) => list.toReversed()) }));
  const after = await examplesOf('again.json', '--neighbours', 'entity');
  for (const { text } of documents) expect(after([text])).toEqual(before([text]).toReversed());
  await examplesOf('again.json', '--neighbours', 'sentence');
  expect((JSON.parse(await readFile(file, 'utf8')) as typeof kept).key).not.toBe(kept.key);
});
