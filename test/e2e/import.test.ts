import { expect, importFiles, sentences, test } from './page.ts';

test('an import shows what was repaired and which lines cannot be read before anything is stored', async ({ page }) => {
  await page.goto('#/data');
  await page.locator('input[type=file]').setInputFiles({ name: 'mine.jsonl', mimeType: 'text/plain', buffer: Buffer.from('{"text": "Mara sings.", "spans": [{"start": 0, "end": 4, "label": "person"}]}\r\nnot json\r\n') });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 line cannot be read and will be left out')).toBeVisible();
  await expect(dialog.getByText('line 2:')).toBeVisible();
  await expect(dialog.getByText(/^Repaired in/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Bring texts with names marked in them' })).toBeVisible();
});

test('a pasted text becomes a workspace', async ({ page }) => {
  await page.goto('#/data');
  await page.getByLabel('Text to import').fill('Mara\tB-person\nsings\tO\n');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Import 1 text' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('mark', { hasText: 'Mara' })).toContainText('person');
});

test('a deleted text comes back with Undo, and filters live in the link', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(12) }], 'Twelve');
  const count = page.getByRole('status').filter({ hasText: /texts?$/ });
  await expect(count).toHaveText('12 texts');
  await page.getByRole('button', { name: 'Delete this text' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(count).toHaveText('11 texts');
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await expect(count).toHaveText('12 texts');

  await page.getByLabel('Search the texts').fill('Lantern Fair');
  await expect(count).toHaveText(/^\d of 12 texts$/);
  const filtered = await count.textContent();
  await page.goto(page.url());
  await page.reload();
  await expect(count).toHaveText(filtered ?? '');
});

test('a type that is renamed is renamed in every text, also after a reload', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(5) }], 'Five');
  await page.getByRole('button', { name: 'Edit person' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('human');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  // It closes when the new name is stored.
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('mark', { hasText: 'Mara Lindqvist' })).toContainText('human');
  await page.reload();
  await expect(page.locator('mark', { hasText: 'Mara Lindqvist' })).toContainText('human');
});

test('data of a newer version is refused with a reason', async ({ page }) => {
  // Asked for before the page asks, so that the page finds a database of the future.
  await page.addInitScript(() => void indexedDB.open('tagsmith', 999));
  await page.goto('');
  await expect(page.getByRole('alert')).toContainText('written by a newer version of Tagsmith');
});
