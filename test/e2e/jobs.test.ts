import { readFile } from 'node:fs/promises';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

const quick = { device: 'wasm', steps: '20', learningRate: '0.003', headLearningRate: '0.01', dropout: '0', evaluateEvery: '10' };

test('a training pauses, goes on while one looks elsewhere, and stops from the tray with what it has', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(20) }, { name: 'dev.conll', content: sentences(5, 'dev') }], 'Patience');
  const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?${new URLSearchParams({ ...quick, set, encoder: 'tiny', steps: '5000' }).toString()}`);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(page.getByText(/^step [1-9]/)).toBeVisible({ timeout: 60_000 });

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  const step = await page.getByText(/^step [1-9]/).textContent();
  await page.waitForTimeout(1500);
  await expect(page.getByText(/^step [1-9]/)).toHaveText(step ?? '');
  const locks = await page.evaluate(async () => (await navigator.locks.query()).held?.map(({ name }) => name));
  expect(locks, 'other tabs can know that this one computes').toContain('tagsmith-computing');
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(page.getByText(/^step [1-9]/)).not.toHaveText(step ?? '');

  await page.getByRole('link', { name: /^Data/ }).click();
  await page.getByRole('button', { name: /^1 job/ }).click();
  await page.getByRole('button', { name: 'Stop: Training on Patience' }).click();
  await expect(page.getByText('The tagger for Patience is ready.')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /^Evaluate/ }).click();
  await expect(page.getByText(/stopped by you/)).toBeVisible();
});

test('a file is tagged with progress and saved as JSON lines and CoNLL', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(20) }], 'Files');
  await trainTiny(page, quick);
  await page.getByRole('link', { name: 'Try it' }).click();
  const lines = Array.from({ length: 300 }, (_, index) => `Mara Lindqvist told the Harbour Council about number ${index}.`);
  await page.locator('input[type=file]').setInputFiles({ name: 'many.txt', mimeType: 'text/plain', buffer: Buffer.from(lines.join('\n')) });
  await expect(page.getByText(/^300 texts tagged/)).toBeVisible({ timeout: 100_000 });

  const jsonl = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as JSONL' }).click();
  const saved = (await readFile(await (await jsonl).path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { text: string; spans: unknown[] });
  expect(saved.map(({ text }) => text)).toEqual(lines);

  const conll = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CoNLL' }).click();
  const file = await conll;
  expect(file.suggestedFilename()).toBe('many.conll');
  expect((await readFile(await file.path(), 'utf8')).trim().split('\n\n')).toHaveLength(300);
});

test('an encoder that cannot be had is said in words, and nothing is left running', async ({ page, complaints, otherHosts }) => {
  otherHosts.add('huggingface.co');
  await importFiles(page, [{ name: 'train.conll', content: sentences(5) }], 'Nowhere');
  await page.route('**/models/**', (route) => route.fulfill({ status: 404, contentType: 'application/json', body: '{}' }));
  await page.route('https://**', (route) => route.abort());
  const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?set=${set}&encoder=no-one/nothing&device=wasm`);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The training ended before its time' });
  await expect(alert).toBeVisible({ timeout: 60_000 });
  await expect(alert).not.toContainText(/\bat .*:\d+:\d+|TypeError|undefined/);
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  // The browser itself logs the requests that failed on purpose.
  complaints.length = 0;
});
