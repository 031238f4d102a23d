import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

/** Learns a few sentences by heart: the same ones are train, dev and test. Fewer on the software GPU, which is slow. */
for (const [device, count] of [['wasm', 20], ['webgpu', 10]] as const) {
  test(`import, train until F1 is 1, evaluate, try, reload: on ${device}${device === 'webgpu' ? ' @webgpu' : ''}`, async ({ page }) => {
    const content = sentences(count);
    await importFiles(page, ['train', 'dev', 'test'].map((split) => ({ name: `${split}.conll`, content })), 'By heart');
    await expect(page.getByText(`${count} test sentences also in train`)).toBeVisible();

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
