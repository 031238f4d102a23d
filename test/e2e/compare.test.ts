import type { Page } from '@playwright/test';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

/** So many texts that a tagger is at them for some time. */
const many = Array.from({ length: 20 }, () => sentences(100)).join('\n');
const settings = { device: 'wasm', steps: '5', dropout: '0', batchSize: '8' };

const words = (page: Page, turn: 1 | 2) => page.getByText(new RegExp(`reads the texts: tagger ${turn} of 2`));
const stopped = (page: Page) => page.getByText('Stopped before both had read all texts.');
const result = (page: Page) => page.getByRole('region', { name: 'Which is better' });

async function stopAt(page: Page, turn: 1 | 2): Promise<void> {
  await expect(words(page, turn)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(stopped(page)).toBeVisible({ timeout: 20_000 });
  await expect(words(page, turn)).toBeHidden();
  await expect(result(page)).toBeHidden();
}

test('a comparison of two taggers is stopped at either of them, shows nothing half, and is made again', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: many }, { name: 'test.conll', content: sentences(8, 'test') }], 'Many');
  await trainTiny(page, { ...settings, seed: '1' });
  await trainTiny(page, { ...settings, seed: '2' });
  await page.goto('#/evaluate?compare=any');
  await page.getByRole('combobox', { name: 'Texts', exact: true }).selectOption('all');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await stopAt(page, 1);
  await page.getByRole('button', { name: 'Compare again' }).click();
  await expect(stopped(page)).toBeHidden();
  await stopAt(page, 2);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Compare', exact: true }), 'the link holds what was compared, not that it was stopped').toBeEnabled();
  await expect(stopped(page)).toBeHidden();
  await page.getByRole('combobox', { name: 'Texts', exact: true }).selectOption('test');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(result(page)).toContainText('On 8 texts', { timeout: 60_000 });
});
