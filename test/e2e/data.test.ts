import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { inPage, openHarness, serveHarness } from './harness.ts';
import { inspect, widths } from './inspect.ts';
import { expect, importFiles, sentences, test, type TestFile } from './page.ts';

/** What every format but the own one loses something of: overlaps, a score, a note, a suggestion, splits, odd white space. */
const rich = [
  {
    text: 'Mara Lindqvist  told the Harbour Council 🎉.',
    spans: [
      { start: 0, end: 14, label: 'person' },
      { start: 5, end: 14, label: 'family', score: 0.5, source: 'model' },
      { start: 25, end: 40, label: 'organisation', note: 'the town’s' },
    ],
    suggestions: [{ start: 0, end: 4, label: 'person', layer: 'Tagger', source: 'model', score: 0.9 }],
    split: 'train',
  },
  { text: 'The Lantern Fair returns.', spans: [{ start: 4, end: 11, label: 'event' }], split: 'test' },
  { text: 'Nothing here.', spans: [], split: 'dev' },
];
const richFile: TestFile = { name: 'rich.jsonl', content: rich.map((line) => `${JSON.stringify(line)}\n`).join('') };

const dialogOf = (page: Page) => page.getByRole('dialog');
const textCount = (page: Page) => page.getByRole('heading', { level: 2 }).getByRole('status');

async function bytesOf(download: Promise<Download>): Promise<{ name: string; bytes: Buffer }> {
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

async function exportAs(page: Page, format: RegExp): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await dialogOf(page).getByRole('radio', { name: format }).check();
  const download = page.waitForEvent('download');
  await dialogOf(page).getByRole('button', { name: /^Export \d/ }).click();
  const saved = await bytesOf(download);
  await expect(dialogOf(page)).toHaveCount(0);
  return saved;
}

test('each format says what it cannot hold before it writes', async ({ page }) => {
  await importFiles(page, [richFile], 'Rich');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = dialogOf(page);
  const losses = async (format: RegExp) => {
    await dialog.getByRole('radio', { name: format }).check();
    await expect(dialog.getByText(/^(This format cannot hold everything|Nothing is lost)/)).toBeVisible();
    return dialog.getByRole('listitem').allTextContents();
  };
  expect(await losses(/^JSON Lines/)).toEqual([]);
  await inspect(page, 'data-export');
  const ofConll = ['1 overlapping label: the longer one stays', '1 note', '1 suggestion that is not decided, or kept for comparison', 'White space in 3 places: written as single spaces'];
  expect((await losses(/^CoNLL/)).toSorted()).toEqual(ofConll.toSorted());
  await inspect(page, 'data-export-losses');
  expect(await losses(/^doccano/)).toContain('1 score');
  expect(await losses(/^brat/)).toContain('Who made 1 label');
  expect(await losses(/^GLiNER/)).toContain('White space in 3 places: written as single spaces');
  expect(await losses(/^Plain text/)).toContain('4 entities: left out, only texts are written');
  for (const format of [/^Label Studio/, /^INCEpTION/, /^Hugging Face \(JSON\)/, /^Hugging Face \(Parquet\)/, /^CSV/, /^TSV/]) await losses(format);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('what is exported and imported again is exported the same', async ({ page }) => {
  await importFiles(page, [richFile], 'Rich');
  const first = await exportAs(page, /^JSON Lines/);
  expect(first.name).toBe('Rich.jsonl');
  await importFiles(page, [{ name: first.name, content: first.bytes.toString() }], 'Again');
  const second = await exportAs(page, /^JSON Lines/);
  expect(second.bytes.toString()).toBe(first.bytes.toString());
  await expect(page.getByText('1 suggestion', { exact: false }).first()).toBeVisible();
});

test('splits go into files of their own, in an archive that comes back whole', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(8) }, { name: 'test.conll', content: sentences(3, 'test') }], 'Parts');
  const { name, bytes } = await exportAs(page, /^CoNLL/);
  expect(name).toBe('Parts.zip');
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(['train.conll', 'test.conll']);
  expect(strFromU8(files['train.conll']!)).toBe(`${sentences(8).trim()}\n\n`);
  await page.goto('#/data?import=new');
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/zip', buffer: bytes });
  await dialogOf(page).getByRole('button', { name: 'Import 11 texts' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Parts' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Split' }).getByText('8', { exact: true })).toBeVisible();
});

test('workspaces are made, renamed, copied, merged and deleted, each with a way back', async ({ page }) => {
  await importFiles(page, [{ name: 'a.conll', content: sentences(3) }], 'First');
  await importFiles(page, [{ name: 'b.conll', content: sentences(5) }], 'Second');
  await page.getByRole('button', { name: /^Workspace: / }).click();
  await page.getByRole('button', { name: 'Manage workspaces' }).click();
  const dialog = dialogOf(page);
  const names = dialog.getByRole('listitem').locator('.name');
  await expect(names).toHaveText(['Second', 'First']);
  await inspect(page, 'workspaces');

  await dialog.getByRole('button', { name: 'Rename First' }).click();
  await dialog.getByLabel('Rename First').fill('Erste');
  await page.keyboard.press('Enter');
  await expect(names).toHaveText(['Second', 'Erste']);
  await dialog.getByText('Renamed to “Erste”').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(names).toHaveText(['Second', 'First']);

  await dialog.getByRole('button', { name: 'Copy Second' }).click();
  await expect(names).toHaveText(['Second (copy)', 'Second', 'First']);
  await dialog.getByText('Copied to “Second (copy)”').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(names).toHaveText(['Second', 'First']);

  await dialog.getByRole('checkbox', { name: 'Choose First to merge' }).check();
  await dialog.getByRole('checkbox', { name: 'Choose Second to merge' }).check();
  await dialog.getByLabel('Name of the merged workspace').fill('Both');
  await inspect(page, 'workspaces-merge');
  await dialog.getByRole('button', { name: 'Merge them' }).click();
  await expect(dialog.getByRole('button', { name: /^Both 5 texts/ })).toBeVisible();
  await dialog.getByText('Merged into “Both”').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(names).toHaveText(['Second', 'First']);

  await dialog.getByRole('button', { name: 'Delete Second', exact: true }).click();
  await expect(names).toHaveText(['First']);
  await page.keyboard.press('Escape');
  await page.getByText('Deleted “Second”').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Second' })).toBeVisible();
  await expect(textCount(page)).toHaveText('5 texts');
});

test('a backup brings a deleted workspace back, and is refused where it is none', async ({ page }) => {
  await importFiles(page, [{ name: 'a.conll', content: sentences(3) }], 'Kept');
  await page.getByRole('button', { name: /^Workspace: / }).click();
  await page.getByRole('button', { name: 'Manage workspaces' }).click();
  const dialog = dialogOf(page);
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save a backup' }).click();
  const { name, bytes } = await bytesOf(download);
  await dialog.getByRole('button', { name: 'Delete Kept' }).click();
  await expect(dialog.getByText('No workspace is in this browser yet.')).toBeVisible();
  await dialog.getByLabel('Backup file').setInputFiles({ name: 'not.zip', mimeType: 'application/zip', buffer: Buffer.from('no archive') });
  await expect(dialog.getByRole('alert')).toContainText('This is no whole Tagsmith backup');
  await dialog.getByLabel('Backup file').setInputFiles({ name, mimeType: 'application/zip', buffer: bytes });
  await expect(dialog.getByText('It holds 1 workspace: Kept.')).toBeVisible();
  await inspect(page, 'workspaces-backup');
  await dialog.getByRole('button', { name: 'Bring back 1 workspace' }).click();
  await dialog.getByRole('button', { name: /^Kept/ }).click();
  await expect(textCount(page)).toHaveText('3 texts');
});

test('an empty workspace begins with a name, a language and types', async ({ page }) => {
  await page.goto('#/data');
  await page.getByRole('button', { name: 'begin with an empty workspace' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Language').fill('no such tag');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog.getByText('A workspace needs a name.')).toBeVisible();
  await expect(dialog.getByText('This is no language tag')).toBeVisible();
  await dialog.getByLabel('Name').fill('Empty');
  await dialog.getByLabel('Language').fill('de');
  await dialog.getByLabel('First types').fill('Person\nOrt\n');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Empty' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edit Ort' })).toBeVisible();
  await expect(page.getByText('No text is in this workspace yet.')).toBeVisible();
});

test('a split is shown before it is made, and is one step of Undo', async ({ page }) => {
  await importFiles(page, [{ name: 'texts.conll', content: sentences(40) }], 'Forty');
  await page.getByRole('button', { name: 'Split and sample' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'by number alone' }).check();
  await dialog.getByLabel('train %').fill('70');
  await expect(dialog.getByText('The three add up to 90 %')).toBeVisible();
  await dialog.getByLabel('test %').fill('20');
  await expect(dialog.getByRole('row', { name: /^Texts/ })).toHaveText(/Texts\s*28\s*4\s*8\s*40/);
  await inspect(page, 'data-split');
  await page.setViewportSize(widths.wide);
  await dialog.getByRole('button', { name: 'Split', exact: true }).click();
  await expect(page.getByText('40 texts changed split.')).toBeVisible();
  const splits = page.getByRole('group', { name: 'Split' });
  await expect(splits.getByText('28', { exact: true })).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Undo' }).first().click();
  await expect(splits.getByText('no split')).toBeVisible();
  await expect(splits.getByText('28', { exact: true })).toHaveCount(0);
});

test('a sample is a workspace of its own that says how it was made', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(40) }, { name: 'test.conll', content: sentences(5, 'test') }], 'Source');
  await page.getByRole('button', { name: 'Split and sample' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'Few-shot' }).check();
  await dialog.getByLabel('k', { exact: true }).fill('2');
  await expect(dialog.getByText(/^The \d+ texts chosen/)).toBeVisible();
  await inspect(page, 'data-few-shot');
  await dialog.getByRole('radio', { name: 'Noise' }).check();
  await dialog.getByLabel('Share in %').fill('50');
  await expect(dialog.getByText(/^\d+ of \d+ entities go\.$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Source, 50 % dropped, seed 1' })).toBeVisible();
  await expect(page.getByText('From “Source”, with 50 % of the entities of train dropped at random, seed 1.')).toBeVisible();
  await page.getByText('Made “Source').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Source', exact: true })).toBeVisible();
});

test('texts of test that are also in train are set aside, and come back', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(10) }, { name: 'test.conll', content: `${sentences(3)}\n${sentences(4, 'test')}` }], 'Leaky');
  await page.getByRole('radio', { name: 'Know your data' }).check();
  const twins = page.getByRole('region', { name: 'Repeated texts' });
  await expect(twins.getByText('3 texts of test are also in train.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Lengths' }).getByText('Words a text')).toBeVisible();
  await inspect(page, 'data-facts');
  await twins.getByRole('button', { name: 'Set these 3 aside' }).click();
  await expect(twins.getByText('No text of dev or test is also in train.')).toBeVisible();
  await page.getByText('3 texts set aside.').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(twins.getByText('3 texts of test are also in train.')).toBeVisible();
});

test('a suspicious label is shown where it stands, and changed with a way back', async ({ page }) => {
  const line = (label: string, n: number) => `${JSON.stringify({ text: `In ${n} the Harbour Council met.`, spans: [{ start: 3 + String(n).length + 5, end: 3 + String(n).length + 20, label }] })}\n`;
  const content = [...Array.from({ length: 8 }, (_, n) => line('organisation', n)), line('place', 8)].join('');
  await importFiles(page, [{ name: 'train.jsonl', content }], 'Odd');
  await page.getByRole('radio', { name: 'Know your data' }).check();
  const region = page.getByRole('region', { name: 'Suspicious labels' });
  await expect(region.getByText('place; elsewhere organisation, 8 of 9 times')).toBeVisible();
  await region.getByRole('button', { name: 'Change “Harbour Council” as proposed' }).click();
  await expect(region.getByText('Nothing stands out.')).toBeVisible();
  await page.getByText('1 label corrected.').locator('..').getByRole('button', { name: 'Undo' }).click();
  await region.getByRole('link', { name: 'Look at “Harbour Council” in the annotator' }).click();
  await expect(page).toHaveURL(/#\/annotate\?.*at=8/);
});

test('a data set of the hub comes in by its id, after its files and licence were shown', async ({ page, otherHosts }) => {
  otherHosts.add('huggingface.co');
  const asked: string[] = [];
  const lineOf = (file: string) => `{"tokens": ["Mara", "sings", "in", "${file}"], "ner_tags": ["B-person", "O", "O", "O"]}\n`;
  await page.route('https://huggingface.co/**', (route) => {
    const url = new URL(route.request().url());
    asked.push(url.pathname);
    if (url.pathname.startsWith('/api/datasets/harbour/names/revision/')) return route.fulfill({ json: { id: 'harbour/names', siblings: [] } });
    if (url.pathname.startsWith('/api/datasets/harbour/names')) {
      const siblings = [{ rfilename: 'README.md', size: 10 }, { rfilename: 'train.jsonl', size: lineOf('train.jsonl').length }, { rfilename: 'test.jsonl', size: lineOf('test.jsonl').length }];
      return route.fulfill({ json: { id: 'harbour/names', sha: 'c0ffee', gated: false, cardData: { license: 'cc-by-4.0' }, siblings } });
    }
    const name = url.pathname.split('/').at(-1) ?? '';
    if (name === 'README.md') return route.fulfill({ status: 200, body: '# Names' });
    return route.fulfill({ status: 200, body: lineOf(name) });
  });
  await page.goto('#/data');
  const hub = page.getByRole('region', { name: 'From the Hugging Face hub' });
  await expect(hub.getByText('Asks huggingface.co for the list of files')).toBeVisible();
  await hub.getByLabel('Data set').fill('harbour/names');
  await hub.getByRole('button', { name: 'Look' }).click();
  await expect(hub.getByText('Licence: cc-by-4.0')).toBeVisible();
  expect(asked.some((path) => path.includes('resolve'))).toBe(false);
  await inspect(page, 'data-hub');
  await page.setViewportSize(widths.wide);
  await hub.getByRole('checkbox', { name: /test\.jsonl/ }).uncheck();
  await hub.getByRole('button', { name: 'Download and look at it' }).click();
  await dialogOf(page).getByRole('button', { name: 'Import 1 text' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'names' })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('mark', { hasText: 'Mara' })).toContainText('person');
  await expect(page.getByText('cc-by-4.0 · en')).toBeVisible();
  expect(asked.filter((path) => path.includes('test.jsonl'))).toEqual([]);
});

test('another person’s labels become a layer over the same texts, and agreement is counted', async ({ page }) => {
  const labelled = (label: string | null, n: number) => `${JSON.stringify({ text: `Mara met the Council ${n} times.`, spans: [{ start: 0, end: 4, label: 'person' }, ...(label ? [{ start: 13, end: 20, label }] : [])] })}\n`;
  const mine = Array.from({ length: 6 }, (_, n) => labelled('organisation', n)).join('');
  const other = Array.from({ length: 5 }, (_, n) => labelled(n < 3 ? 'organisation' : 'place', n)).join('') + labelled(null, 99);
  await importFiles(page, [{ name: 'train.jsonl', content: mine }], 'Mine');
  await page.getByRole('button', { name: 'Import' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'ann.jsonl', mimeType: 'text/plain', buffer: Buffer.from(other) });
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'Lay over the texts here' }).check();
  await expect(dialog.getByText('5 of 6 texts are here, with 10 labels.')).toBeVisible();
  await expect(dialog.getByText('1 text is not here and will be left out')).toBeVisible();
  await dialog.getByLabel('Name of the layer').fill('Ann');
  await inspect(page, 'data-layer');
  await dialog.getByRole('button', { name: 'Add 10 suggestions' }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  const region = page.getByRole('region', { name: 'Agreement' }).first();
  await region.getByRole('radio', { name: 'where both have labels' }).check();
  await expect(region.getByText('5 texts; 10 and 10 entities.')).toBeVisible();
  // 8 of 10 agree in edges and type; all in edges.
  await expect(region.getByText('0.80', { exact: true })).toBeVisible();
  await expect(region.getByText('1.00', { exact: true }).first()).toBeVisible();
  await inspect(page, 'data-agreement');
  await page.getByRole('main').getByRole('button', { name: 'Undo' }).first().click();
  await expect(region.getByText('There is only one set of labels.')).toBeVisible();
});

test('types are added, moved and deleted, and their labels go where one says', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(8) }], 'Types');
  await page.getByRole('button', { name: 'Add a type' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Name', { exact: true }).fill('human');
  await dialog.getByLabel('Key in the annotator').press('h');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('complementary').getByText('h', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Edit person' }).click();
  await dialog.getByRole('button', { name: 'Delete the type' }).click();
  await expect(dialog.getByText(/entities have this type/)).toBeVisible();
  await inspect(page, 'data-type-delete');
  await dialog.getByLabel('They become').last().selectOption('human');
  await dialog.getByRole('button', { name: 'Delete the type' }).click();
  await expect(page.locator('mark', { hasText: 'Mara Lindqvist' }).first()).toContainText('human');
  await page.getByText('Deleted the type “person”.').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('mark', { hasText: 'Mara Lindqvist' }).first()).toContainText('person');
  const firstType = page.getByRole('complementary').getByRole('listitem').first();
  const second = await page.getByRole('complementary').getByRole('listitem').nth(1).locator('strong').textContent();
  await page.getByRole('button', { name: `Move ${second} up` }).focus();
  await page.keyboard.press('Enter');
  await expect(firstType.locator('strong')).toHaveText(second ?? '');
});

test('filters by source and state live in the link and lead to the annotator', async ({ page }) => {
  await importFiles(page, [richFile], 'Rich');
  await page.getByLabel('State').selectOption('open');
  await expect(textCount(page)).toHaveText('1 of 3 texts');
  await page.getByLabel('State').selectOption('');
  await page.getByLabel('Made by').selectOption('model');
  await expect(textCount(page)).toHaveText('1 of 3 texts');
  await page.reload();
  await expect(textCount(page)).toHaveText('1 of 3 texts');
  await page.getByRole('link', { name: 'Annotate these 1' }).click();
  await expect(page.getByText('1 / 1')).toBeVisible();
});

test('much work that is in no file yet is said so, until it is exported', async ({ page, context }) => {
  await serveHarness(context);
  await openHarness(page);
  await inPage(
    page,
    async ({ workspace, makeDataset, makeDocuments, edit }) => {
      await workspace.start(undefined);
      await workspace.import(makeDataset('busy'), makeDocuments(3));
      await edit('busy');
      for (let done = 0; done < 200; done++) {
        const { position, document } = workspace.documents[done % 3]!;
        await workspace.apply({ what: 'note', at: done, documents: [{ position, before: { spans: document.spans }, after: { spans: document.spans.map((span) => ({ ...span, note: `${done}` })) } }] });
      }
    },
    null,
  );
  await page.goto('#/data?set=busy');
  await expect(page.getByText('200 changes since the last export.')).toBeVisible();
  await page.getByRole('button', { name: 'Export them' }).click();
  const download = page.waitForEvent('download');
  await dialogOf(page).getByRole('button', { name: /^Export \d/ }).click();
  await download;
  await expect(page.getByText('200 changes since the last export.')).toHaveCount(0);
});
