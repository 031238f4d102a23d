import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { minilmFolder } from '../model-folders.ts';
import { expect, importFiles, test } from './page.ts';
import { storedRuns } from './stored-runs.ts';

const POLITICS = fileURLToPath(new URL('../../../shared/data/crossner-politics/train.conll', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../../web/public/sample/train.conll', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../web/cli/main.ts', import.meta.url));
/** Each step takes seconds in a tab. */
const STEPS = process.env.TAGSMITH_BROWSER === 'all' ? 20 : 6;

test('MiniLM in the tab and on the command line: the same losses, dropout on', async ({ page }) => {
  test.setTimeout(600_000);
  test.skip(!minilmFolder(), 'The weights of MiniLM L6 are not here: npm run models -- fetch minilm-l6');
  const file = existsSync(POLITICS) ? POLITICS : SAMPLE;

  await importFiles(page, [{ name: 'train.conll', content: readFileSync(file, 'utf8') }], 'Same');
  const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?${new URLSearchParams({ set, encoder: 'minilm-l6', device: 'wasm', steps: String(STEPS), batchSize: '4', seed: '1' }).toString()}`);
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 500_000 });
  const inTheTab = (await storedRuns(page))[0]!.result.losses;

  const flags = ['train', '--train', file, '--encoder', 'minilm-l6', '--steps', String(STEPS), '--batch', '4', '--seed', '1', '--device', 'cpu', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...flags], { maxBuffer: 1 << 26 });
  const { losses } = JSON.parse(stdout) as { losses: number[] };

  expect(losses).toHaveLength(STEPS);
  expect(inTheTab).toHaveLength(STEPS);
  losses.forEach((loss, step) => expect(Math.abs(loss - inTheTab[step]!), `step ${step}: ${loss} on the command line, ${inTheTab[step]} in the tab`).toBeLessThan(1e-3));
});
