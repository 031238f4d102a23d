import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { data } from '../../web/cli/data.ts';
import { Call, UsageError } from '../../web/cli/verb.ts';
import { jsonOf, tagsmith } from './command.ts';

let folder: string;
let input: string;

/** Forty texts of a person or a place; the last ten say what the first ten say. */
const texts = Array.from({ length: 40 }, (_, i) => (i % 2 ? `Nuno${i % 30}\tB-person\ncame\tO\n` : `In\tO\nBonn${i % 30}\tB-place\nit\tO\nrains\tO\n`));

const file = (name: string): string => path.join(folder, name);
const sentences = async (name: string): Promise<string[]> => (await readFile(name, 'utf8')).split('\n\n').filter(Boolean);

/** Runs the verb in this process; `json` as a program sees it, which tests look into as they like. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function run(...args: string[]): Promise<{ json: any; text: string; notes: string[] }> {
  const notes: string[] = [];
  const { json, text } = await data.run(new Call(data, args), { progress: () => undefined, note: (line) => notes.push(line) });
  return { json: JSON.parse(JSON.stringify(json)), text, notes };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-cli-'));
  input = file('all.conll');
  await writeFile(input, `${texts.join('\n')}\n`);
  await writeFile(file('test.conll'), `${texts[3]}\n${texts[3]!.replace('3', '99')}\n`);
});

describe('data stats', () => {
  test('counts labels, and finds the texts of test that are also in train', async () => {
    const { json } = await run('stats', '--train', input, '--test', file('test.conll'));
    expect(json.labels.spans).toEqual({ train: 40, dev: 0, test: 2, none: 0 });
    expect(json.labels.types.map(({ type, documents }: { type: string; documents: { train: number } }) => [type, documents.train])).toEqual([['person', 20], ['place', 20]].sort());
    expect(json.entropy.types).toBeCloseTo(0.998, 3);
    expect(json.lengths.words).toMatchObject({ count: 42, minimum: 2, maximum: 4 });
    expect(json.alsoInTrain.count).toBe(1);
    expect(json.duplicates.count).toBe(10);
    expect(json.nearDuplicates.count).toBe(2);
    expect(json.differentlyLabelled.count).toBe(0);
    expect(Object.keys(json.suspicious)).toEqual(['type', 'missed', 'boundary']);
  });

  test('tells the same in words', async () => {
    const { text } = await run('stats', '--input', input);
    expect(text).toMatch(/^person +0 +0 +0 +20 +20$/m);
    expect(text).toContain('Texts that occur several times: 10');
  });
});

describe('data split', () => {
  test('writes one file a split, which together hold every text once, the same texts in the same file', async () => {
    const out = file('splits');
    const json = jsonOf(await tagsmith(['data', 'split', '--input', input, '--out', out, '--shares', '0.5,0.25,0.25', '--json']));
    expect((await readdir(out)).sort()).toEqual(['dev.conll', 'test.conll', 'train.conll']);
    const written = { train: await sentences(path.join(out, 'train.conll')), dev: await sentences(path.join(out, 'dev.conll')), test: await sentences(path.join(out, 'test.conll')) };
    expect(Object.values(written).flat().sort()).toEqual(texts.map((text) => text.trimEnd()).sort());
    expect(written.train.filter((text) => [...written.dev, ...written.test].includes(text))).toEqual([]);
    expect(json.ids.train).toHaveLength(written.train.length);
    expect(json.settings).toEqual({ by: 'stratified', train: 0.5, dev: 0.25, test: 0.25, seed: 1, together: 'yes' });
    // 5 persons and 5 places, but texts that occur twice stay together.
    expect(Math.abs(written.dev.filter((text) => text.includes('person')).length - 5)).toBeLessThanOrEqual(1);
  });
});

describe('data sample', () => {
  test('draws k~2k of each type, the same again for the same seed', async () => {
    const draw = (name: string) => run('sample', '--input', input, '--few-shot', '3', '--seed', '2', '--out', file(name));
    const { json } = await draw('a.conll');
    expect(json).toMatchObject({ how: 'few-shot', settings: { k: 3, splits: 'train', seed: 2 }, got: { person: 3, place: 3 }, short: [], texts: 6 });
    expect((await draw('b.conll')).json.ids).toEqual(json.ids);
    expect(await readFile(file('b.conll'), 'utf8')).toBe(await readFile(file('a.conll'), 'utf8'));
    expect(await sentences(file('a.conll'))).toHaveLength(6);
  });

  test('names the types of which there is less than wanted', async () => {
    const { notes, text } = await run('sample', '--input', input, '--few-shot', '30', '--out', file('c.jsonl'));
    expect(notes).toEqual(['person: 20 of 30 (there are no more).', 'place: 20 of 30 (there are no more).']);
    expect(text).toContain('40 texts drawn');
  });

  test('takes a share, or the first of each type', async () => {
    expect((await run('sample', '--input', input, '--share', '0.25', '--out', file('d.jsonl'))).json.texts).toBe(10);
    const { json } = await run('sample', '--input', input, '--first', '2', '--of', 'entities', '--out', file('e.jsonl'));
    expect(json).toMatchObject({ how: 'first', settings: { count: 2, of: 'entities', splits: 'train' }, got: { person: 2, place: 2 } });
    expect((await readFile(file('e.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line).text)).toEqual(['In Bonn0 it rains', 'Nuno1 came', 'In Bonn2 it rains', 'Nuno3 came']);
  });
});

describe('data noise', () => {
  test('drops exactly its share of the spans and no text', async () => {
    const { json } = await run('noise', '--input', input, '--share', '0.3', '--out', file('noise.conll'));
    expect(json).toMatchObject({ how: 'noise', settings: { share: 0.3, splits: 'train', seed: 1 }, spans: 40, dropped: 12 });
    const written = await sentences(file('noise.conll'));
    expect(written).toHaveLength(40);
    expect(written.filter((text) => text.includes('\tB-'))).toHaveLength(28);
  });

  test('says what the file cannot hold', async () => {
    await writeFile(file('overlap.jsonl'), `${JSON.stringify({ text: 'New York', spans: [{ start: 0, end: 8, label: 'a' }, { start: 4, end: 8, label: 'b' }] })}\n`);
    const { notes } = await run('noise', '--input', file('overlap.jsonl'), '--share', '0', '--out', file('flat.conll'));
    expect(notes).toEqual([`${file('flat.conll')} cannot hold: overlap (1). A .jsonl file can.`]);
  });
});

describe('wrong use of data says what to write', () => {
  test.each([
    [[], 'Say what to do: stats, split, sample, noise.'],
    [['turn'], 'There is no "data turn"'],
    [['stats'], '--input is missing'],
    [['stats', '--input', 'IN', '--train', 'IN'], 'give one'],
    [['split', '--input', 'IN'], '--out is missing'],
    [['split', '--input', 'IN', '--out', 'OUT', '--shares', '0.8,0.1'], '--shares 0.8,0.1: expected three fractions that add up to 1'],
    [['split', '--input', 'IN', '--out', 'OUT', '--shares', '0.8,0.3,-0.1'], 'expected three fractions that add up to 1'],
    [['sample', '--input', 'IN', '--out', 'OUT.csv'], 'expected a name that ends in .conll or .jsonl'],
    [['sample', '--input', 'IN', '--out', 'OUT.conll'], 'one of --few-shot, --share and --first'],
    [['sample', '--input', 'IN', '--out', 'OUT.conll', '--few-shot', '0'], '--few-shot 0: expected a whole number from 1'],
    [['sample', '--input', 'IN', '--out', 'OUT.conll', '--few-shot', '1', '--ways', '9'], '--ways 9: the texts have 2 types'],
    [['noise', '--input', 'IN', '--out', 'OUT.conll', '--share', '20'], '--share 20: expected a fraction from 0 to 1'],
    [['noise', '--input', 'IN', '--out', 'OUT.conll', '--share', '0.2', '--seed', '-1'], '--seed'],
  ])('%j', async (args, message) => {
    const wrong = run(...args.map((arg) => arg.replace('IN', input).replace('OUT', file('out'))));
    await expect(wrong).rejects.toThrow(UsageError);
    await expect(wrong).rejects.toThrow(message);
  });

  test('and ends with status 2; a file that is not there with status 1', async () => {
    expect(await tagsmith(['data', 'turn'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('tagsmith data noise') });
    expect(await tagsmith(['data', 'stats', '--input', 'nowhere.conll'])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('There is no file nowhere.conll.') });
  });
});
