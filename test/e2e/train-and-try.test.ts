import type { Page } from '@playwright/test';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

/** Whether the software GPU, which takes seconds for a step, learns by heart as well; else a few steps show that pages and GPU work together. */
const whole = process.env.TAGSMITH_BROWSER === 'all';

/** Learns a few sentences by heart: the same ones are train, dev and test. Fewer on the software GPU. */
for (const [device, count] of [['wasm', 20], ...(whole ? [['webgpu', 10] as const] : [])] as const) {
  test(`import, train until F1 is 1, evaluate, try, reload: on ${device}${device === 'webgpu' ? ' @webgpu' : ''}`, async ({ page }) => {
    await importByHeart(page, count);
    await trainTiny(page, { device, steps: '40', learningRate: '0.01', headLearningRate: '0.02', dropout: '0', batchSize: String(count), evaluateEvery: '20' });
    await expect(page.getByRole('heading', { name: 'F1 1.00 [1.00–1.00]' })).toBeVisible();

    await page.getByRole('link', { name: 'See where it goes wrong' }).click();
    await expect(page.getByText('It finds all names, and all of those it marks are right.')).toBeVisible();
    await page.getByText('Errors', { exact: true }).click();
    await expect(page.getByText('No sentence with such an error.')).toBeVisible();

    await page.getByRole('link', { name: 'Try it on a sentence' }).click();
    await page.getByRole('textbox', { name: 'Your text' }).fill('On Monday Mara Lindqvist told the Harbour Council that the Lantern Fair would return to Old Quay .');
    const result = page.getByRole('region', { name: 'What it finds' });
    await expect(result.locator('mark', { hasText: 'Mara Lindqvist' })).toContainText('person', { timeout: 60_000 });

    await page.reload();
    await expect(result.locator('mark').first()).toBeVisible({ timeout: 60_000 });
    await page.getByRole('link', { name: /^Data/ }).click();
    await expect(page.getByRole('status').filter({ hasText: `${3 * count} texts` })).toBeVisible();
    await page.getByRole('link', { name: /^Evaluate/ }).click();
    await expect(page.getByText('It finds all names, and all of those it marks are right.')).toBeVisible();
  });
}

if (!whole) {
  test('a few steps on webgpu, and the tagger is tried @webgpu', async ({ page }) => {
    await importByHeart(page, 4);
    await trainTiny(page, { device: 'webgpu', steps: '5', learningRate: '0.01', headLearningRate: '0.02', batchSize: '4', evaluateEvery: '5' });
    await expect(page.getByText(/SwiftShader/i).first()).toBeVisible();
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByRole('textbox', { name: 'Your text' }).fill('On Monday Mara Lindqvist told the Harbour Council that the Lantern Fair would return .');
    await expect(page.getByRole('region', { name: 'What it finds' }).getByRole('status')).not.toBeEmpty({ timeout: 60_000 });
  });
}

async function importByHeart(page: Page, count: number): Promise<void> {
  const content = sentences(count);
  await importFiles(page, ['train', 'dev', 'test'].map((split) => ({ name: `${split}.conll`, content })), 'By heart');
  await expect(page.getByText(`${count} test sentences also in train`)).toBeVisible();
}
