import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { inspect } from './inspect.ts';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

test('a tagger is taken home, checked, deleted, brought back, tried and trained on', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('#/export');
  await expect(page.getByText('There is none yet.')).toBeVisible();
  await importFiles(page, [{ name: 'train.conll', content: sentences(20) }, { name: 'test.conll', content: sentences(8, 'test') }], 'Lantern Coast');
  await trainTiny(page, { device: 'wasm', steps: '100', learningRate: '0.003', headLearningRate: '0.01', dropout: '0' });
  await page.getByRole('link', { name: /^Export/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Take it home' })).toBeVisible();
  await page.getByLabel(/Add a model a quarter/).check();
  await page.getByRole('button', { name: 'Make the archive' }).click();
  const made = page.getByRole('region', { name: 'The archive is ready' });
  await expect(made).toContainText(/gives all \d+ words of 5 texts the tags that the tagger gives/, { timeout: 60_000 });
  await expect(made).toContainText(/transformers\.js 4\.\d+\.\d+, which opens the folder by itself, gives the same tags on 5 texts, \d+ words\./);
  await expect(made).toContainText(/As bytes: .* F1 0\.\d\d instead of 0\.\d\d/);
  await inspect(page, 'export');

  const download = page.waitForEvent('download');
  await made.getByRole('button', { name: /^Save \(/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('lantern-coast-tiny.zip');
  const archive = await readFile(await file.path());
  const files = unzipSync(archive);
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'onnx/model.onnx', 'onnx/model_quantized.onnx']));
  expect(new TextDecoder().decode(files['README.md'])).toContain('Made from the data set *Lantern Coast*');

  const taggers = page.getByRole('region', { name: 'Taggers in this browser' });
  await taggers.getByRole('button', { name: 'Delete Lantern Coast · Tiny' }).click();
  await expect(page.getByText('There is none yet.')).toBeVisible();
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await taggers.getByRole('button', { name: 'Rename Lantern Coast · Tiny' }).click();
  await page.getByRole('textbox', { name: 'Rename Lantern Coast · Tiny' }).fill('The first');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(taggers.getByRole('link', { name: 'The first', exact: true })).toBeVisible();

  const input = page.getByRole('group', { name: 'Bring a tagger back' }).locator('input[type=file]');
  await input.setInputFiles({ name: 'cut.zip', mimeType: 'application/zip', buffer: archive.subarray(0, archive.length / 2) });
  await expect(page.getByRole('alert')).toContainText('The archive was not taken');
  await input.setInputFiles({ name: 'from elsewhere.zip', mimeType: 'application/zip', buffer: archive });
  await expect(taggers.getByRole('link', { name: 'from elsewhere', exact: true })).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(taggers.getByRole('row')).toHaveCount(3);

  await taggers.getByRole('link', { name: 'Try: from elsewhere' }).click();
  await page.getByRole('textbox', { name: 'Your text' }).fill('On Monday Mara Lindqvist told the Harbour Council .');
  await expect(page.getByRole('region', { name: 'What it finds' }).getByRole('status')).not.toBeEmpty({ timeout: 60_000 });

  await page.getByRole('link', { name: /^Export/ }).click();
  await taggers.getByRole('link', { name: 'Train on: from elsewhere' }).click();
  await expect(page.getByText('It goes on from what it has learnt')).toBeVisible();
  await page.goto(`${page.url()}&steps=150&learningRate=0.003&headLearningRate=0.01&dropout=0&device=wasm`);
  await page.getByRole('button', { name: 'Train again' }).click();
  await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 60_000 });

  await page.getByRole('link', { name: /^Export/ }).click();
  await taggers.getByRole('link', { name: 'Compare: from elsewhere' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Compare two taggers' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Texts', exact: true }).locator('option')).toHaveText(['Test split (8 texts)', 'All labelled texts (28 texts)']);
  const second = page.getByRole('combobox', { name: 'Second tagger' });
  await second.selectOption(await second.locator('option', { hasText: 'The first' }).getAttribute('value'));
  await page.getByRole('combobox', { name: 'Texts', exact: true }).selectOption('all');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const result = page.getByRole('region', { name: 'Which is better' });
  await expect(result).toContainText('Both have the same F1', { timeout: 60_000 });
  await expect(page.getByText('There is no such text.')).toBeVisible();
  await second.selectOption(await second.locator('option', { hasText: 'Lantern Coast · ' }).first().getAttribute('value'));
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(result).toContainText(/points of F1 .*On 28 texts with \d+ names/s, { timeout: 60_000 });
  await expect(page.getByRole('radio', { name: /^First right/ })).toBeVisible();
  await inspect(page, 'compare-taggers');
  const link = page.url();
  await page.goto('#/try');
  await page.goto(link);
  await expect(result).toContainText('points of F1');
});
