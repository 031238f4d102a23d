import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { merge } from '../../web/cli/merge.ts';
import { Call } from '../../web/cli/verb.ts';

let folder: string;
const file = (name: string): string => path.join(folder, name);
const lines = (...items: object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** "😂" takes two code units and one code point. */
const greeting = '😂 Ana left Oslo for Acme';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-merge-'));
  await writeFile(file('manual.jsonl'), lines({ text: greeting, spans: [{ start: 2, end: 5, label: 'PER' }] }, { text: 'Only here', spans: [] }));
  await writeFile(
    file('llm.jsonl'),
    lines(
      {
        text: greeting,
        spans: [
          { start: 2, end: 5, label: 'LOC', score: 0.9 },
          { start: 11, end: 15, label: 'LOC', score: 0.6 },
          { start: 20, end: 24, label: 'ORG', score: 0.3 },
          { start: 20, end: 24, label: 'PER', score: 0.4 },
        ],
      },
      { text: 'Only there', spans: [] },
    ),
  );
});

const merged = async (name: string): Promise<object[]> => (await readFile(file(name), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as object);

/** Runs the verb in this process; gives what `--json` prints. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function call(out: string, llm = 'llm.jsonl', ...more: string[]): Promise<any> {
  const args = ['--manual', file('manual.jsonl'), '--llm', file(llm), '--out', file(out), ...more];
  return JSON.parse(JSON.stringify((await merge.run(new Call(merge, args), { progress: () => undefined, note: () => undefined })).json)) as unknown;
}

test('labels made by hand stay, and the LLM’s are added with who made them and how sure it was', async () => {
  const json = await call('score.jsonl', 'llm.jsonl', '--overlap', 'score');
  expect(json).toMatchObject({ texts: 2, matched: 1, unmatched: { llm: 1, manual: 1 }, labels: 1, proposed: 4, added: 2, covered: 1, lost: 1, overlap: 'score', seed: 1 });
  expect(json.overlaps).toEqual({ countedBy: 'word', types: ['LOC', 'ORG', 'PER'], words: 1, labelledWords: 3, cells: [{ types: ['ORG', 'PER'], words: 1, cases: 1, examples: [['Acme', 'Acme']] }] });
  expect(json.notes.join('\n')).toContain('1 texts of');
  expect(json.notes.join('\n')).toContain('"Only there"');
  expect(await merged('score.jsonl')).toMatchObject([
    {
      text: greeting,
      spans: [
        { start: 2, end: 5, label: 'PER' },
        { start: 11, end: 15, label: 'LOC', score: 0.6, source: 'llm' },
        { start: 20, end: 24, label: 'PER', score: 0.4, source: 'llm' },
      ],
    },
    { text: 'Only here', spans: [] },
  ]);
});

test('mix keeps all that an LLM gave a word, which a CoNLL file cannot hold', async () => {
  expect(await call('mix.jsonl', 'llm.jsonl', '--overlap', 'mix')).toMatchObject({ added: 3, lost: 0 });
  await expect(call('mix.conll', 'llm.jsonl', '--overlap', 'mix')).rejects.toThrow('Give a name that ends in .jsonl.');
});

test('files of different texts are refused', async () => {
  await writeFile(file('other.jsonl'), lines({ text: 'Something else', spans: [] }));
  await expect(call('x.jsonl', 'other.jsonl')).rejects.toThrow('None of the 1 texts of');
});
