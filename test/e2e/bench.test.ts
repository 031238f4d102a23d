import type { Page } from '@playwright/test';
import { inspect } from './inspect.ts';
import { expect, test } from './page.ts';

const measure = (page: Page) => page.getByRole('button', { name: /^Measure/ });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true });
const table = (page: Page) => page.getByRole('table', { name: 'Figures by size and device' });
/** Tabs that compute, as other tabs see it. */
const locks = (page: Page) => page.evaluate(async () => (await navigator.locks.query()).held?.filter(({ name }) => name === 'tagsmith-computing').length);

test('the tiny encoder is measured on GPU and CPU, and what is copied says what the table says @webgpu', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto('#/bench?rows=tiny-2x16&device=both');
  await measure(page).click();
  await expect(page.getByRole('button', { name: 'Copy as text' })).toBeVisible({ timeout: 120_000 });

  const rows = table(page).getByRole('row');
  await expect(rows).toHaveCount(3);
  for (const row of [rows.nth(1), rows.nth(2)]) await expect(row.getByRole('cell').nth(1)).toHaveText(/^[\d,.]+ ms(?:p90 [\d,.]+ ms|of \d steps)$/);
  const figures = async (row: number) => (await rows.nth(row).getByRole('cell').all()).map((cell) => cell.evaluate((element) => [...element.childNodes].map((node) => node.textContent?.trim()).filter(Boolean)));
  const shown = await Promise.all((await Promise.all([figures(1), figures(2)])).map((cells) => Promise.all(cells)));

  await page.getByRole('button', { name: 'Copy as text' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const lines = copied.split('\n').filter((line) => line.startsWith('| Tiny, 2 × 16'));
  expect(lines.map((line) => line.split(' | ').slice(1).map((cell) => cell.replace(/ \|$/, '')))).toEqual(shown.map((cells) => cells.map(([value, more]) => (more ? `${value} (${more})` : value))));
  expect(copied).toContain('SwiftShader');

  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  const json = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as { rows: { device: string; measurement: { way: string | null; gpu: { dispatches: number; readBytes: number; peakBytes: number } | null; estimatedBytes: number } }[] };
  const [gpu, cpu] = json.rows.map((row) => row.measurement);
  expect(gpu!.way).toBe('own');
  expect(Number.isInteger(gpu!.gpu!.dispatches), 'every step has as many dispatches').toBe(true);
  expect(Math.abs(gpu!.estimatedBytes / gpu!.gpu!.peakBytes - 1), 'the estimate of memory is near what was counted').toBeLessThan(0.3);
  expect(cpu!.gpu).toBeNull();
  expect(asked.filter((url) => new URL(url).origin !== new URL(page.url()).origin), 'nothing is asked of anybody else').toEqual([]);
});

test('a measurement stops at once, keeps what it has and leaves nothing running; where nothing can be copied the text is selected', async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.goto('#/bench?rows=tiny-8x32,bert-32x128&device=wasm');
  await measure(page).click();
  await expect(table(page).getByRole('row').nth(1)).toContainText(/\d ms/, { timeout: 60_000 });
  expect(await locks(page), 'other tabs can know that this one computes').toBe(1);
  await stop(page).click();
  await expect(table(page).getByRole('row').nth(2)).toContainText('Stopped');
  await expect(table(page).getByRole('row').nth(1)).toContainText(/\d ms/);
  await expect.poll(() => page.workers()).toEqual([]);
  await expect.poll(() => locks(page)).toBe(0);
  await page.getByRole('button', { name: 'Copy as text' }).click();
  const box = page.getByLabel('The result as text');
  await expect(box).toBeFocused();
  expect(await box.evaluate((element: HTMLTextAreaElement) => element.value.slice(element.selectionStart, element.selectionEnd))).toContain('| Tiny, 8 × 32 | CPU |');
  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  await inspect(page, 'bench');

  // Another tab that computes is not disturbed.
  const other = await context.newPage();
  await other.goto('');
  await other.evaluate(() => void navigator.locks.request('tagsmith-computing', { mode: 'shared' }, () => new Promise(() => undefined)));
  await expect(page.getByText('Another tab of Tagsmith is computing.')).toBeVisible();
  await expect(measure(page)).toBeDisabled();
  await other.close();
  await expect(measure(page)).toBeEnabled();

  await measure(page).click();
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'Tagsmith, home' }).click();
  await expect.poll(() => page.workers(), 'who leaves stops it').toEqual([]);
});

test('the sizes chosen are in the link, and the chip of the device leads to the page', async ({ page }) => {
  await page.goto('');
  await page.getByRole('banner').getByRole('button', { name: /CPU/ }).click();
  await page.getByRole('banner').getByRole('link', { name: 'Measure how fast it trains' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'How fast does this device train?' })).toBeFocused();
  await page.getByRole('group', { name: /^Tiny/ }).getByRole('checkbox', { name: '8 × 32' }).uncheck();
  await page.getByText('Another size').click();
  await page.getByRole('spinbutton', { name: 'Texts' }).fill('3');
  await page.getByRole('combobox', { name: 'Tokens' }).selectOption('16');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page).toHaveURL(/rows=minilm-3x16%2Cminilm-8x64%2Cminilm-32x64/);
  await page.reload();
  await expect(page.getByRole('group', { name: /^MiniLM-L6/ }).getByRole('checkbox', { name: '3 × 16' })).toBeChecked();
  await expect(page.getByRole('group', { name: /^Tiny/ }).getByRole('checkbox', { name: '8 × 32' })).not.toBeChecked();
  await page.goto('#/bench?rows=none');
  await expect(page.getByText('Choose at least one size.')).toBeVisible();
  await expect(measure(page)).toBeDisabled();
});
