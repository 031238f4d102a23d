import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experiment } from '../../web/cli/experiment.ts';
import { Call } from '../../web/cli/verb.ts';
import { writeConll } from '../../web/src/dataset/formats/write-conll.ts';
import { twentySentences } from '../web/train/sentences.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-experiment-'));
  for (const split of ['train', 'test'] as const) await writeFile(path.join(folder, `${split}.conll`), [...writeConll(twentySentences())].join(''));
  await writeFile(path.join(folder, 'dataset.json'), JSON.stringify({ types: [{ name: 'person', definition: 'Who.' }, { name: 'place', definition: 'Where.' }] }));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the verb in this process; gives what `--json` prints, and what is said meanwhile. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function call(name: string, ...more: string[]): Promise<{ json: any; said: string[] }> {
  const args = [name, '--data', folder, '--out', path.join(folder, name), '--encoder', 'tiny', '--steps', '5', '--lr', '2e-3', '--head-lr', '5e-3', '--threads', '1', ...more];
  const said: string[] = [];
  const { json } = await experiment.run(new Call(experiment, args), { progress: () => undefined, note: (line) => void said.push(line) });
  return { json: JSON.parse(JSON.stringify(json)) as unknown, said };
}

test('noise is one command that writes a report, a table and a plot, and goes on where it was ended', async () => {
  const { json } = await call('noise', '--seeds', '1', '--shares', '0.5');
  expect(json).toMatchObject({ experiment: 'noise', simulated: true, seeds: [1], texts: { train: 16, test: 20 } });
  expect(json.points).toHaveLength(5);
  expect(json.answers).toHaveLength(3);
  const out = path.join(folder, 'noise');
  expect(await readFile(path.join(out, 'report.md'), 'utf8')).toContain('LLM: **simulated**');
  expect(await readFile(path.join(out, 'plot.svg'), 'utf8')).toContain('(simulated LLM)');
  const kept = await readdir(path.join(out, 'runs'));
  expect(kept).toHaveLength(5);
  await rm(path.join(out, 'runs', kept.find((name) => name.startsWith('llm'))!));
  const again = await call('noise', '--seeds', '1', '--shares', '0.5');
  expect(again.said.filter((line) => line.endsWith('(kept)'))).toHaveLength(4);
  expect(again.json.answers).toEqual(json.answers);
});

test('mixing and budget are the same command with another name', async () => {
  expect((await call('mixing', '--seeds', '1')).json.points.map(({ condition }: { condition: string }) => condition)).toEqual(['clean', 'mixed', 'once', 'random']);
  const { json } = await call('budget', '--seeds', '1', '--budgets', '4', '--manual-cost', '1', '--llm-cost', '0.5');
  expect(json.points.map(({ given }: { given: object }) => given)).toEqual([{ manual: 4, llm: 0 }, { manual: 3, llm: 1 }, { manual: 1, llm: 4 }, { manual: 0, llm: 8 }]);
});

test('what the experiment sets itself cannot be set', async () => {
  await expect(call('mixing', '--overlap', 'mix')).rejects.toThrow('--overlap is set by the experiment itself.');
  await expect(call('noise', '--shares', '0.2,x')).rejects.toThrow('--shares 0.2,x: expected fractions between 0 and 1');
});
