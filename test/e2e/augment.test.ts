import type { Page } from '@playwright/test';
import { inspect, widths } from './inspect.ts';
import { expect, importFiles, sentences, test } from './page.ts';

const split = sentences(60).trim().split('\n\n');
/** Ten labelled sentences and fifty without labels, of which practice knows the labels. */
const some = [...split.slice(0, 10), ...split.slice(10).map((sentence) => sentence.replaceAll(/\t\S+/g, '\tO'))].join('\n\n');

const steps = (page: Page) => page.getByRole('navigation', { name: 'Steps' });
const panel = (page: Page) => page.locator('section', { has: page.getByRole('heading', { name: /Practice/ }) });
const interrupted = 'Interrupted when the tab was closed';

async function openAugment(page: Page, name: string): Promise<void> {
  await importFiles(page, [{ name: 'some.conll', content: `${some}\n` }], name);
  await steps(page).getByRole('link', { name: /^Augment/ }).click();
  await expect(page.getByRole('heading', { name: 'What is sent' })).toBeVisible();
}

/** Looks at three answers, annotates all, and brings in what was marked. */
async function annotate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Ask these 3 now' }).click();
  await expect(page.getByRole('heading', { name: /^What came back/ })).toBeVisible();
  await page.getByRole('button', { name: 'Annotate 50 texts' }).click();
  await expect(panel(page).getByText(/^Done · 200 of 200 answered$/)).toBeVisible({ timeout: 60_000 });
  await panel(page).getByRole('button', { name: /^Bring in \d+ suggestions$/ }).click();
  await expect(page.getByText(/suggestions brought into \d+ texts/)).toBeVisible();
}

test('practice, from the first look to labels that train: prompt, three answers, estimate, job, layer, check, merge', async ({ page }) => {
  test.setTimeout(240_000);
  await openAugment(page, 'Practice');
  await expect(page.getByText('Goes nowhere: practice.')).toBeVisible();
  await expect(page.getByText(/Find every entity of the type/)).toBeVisible();
  await expect(page.getByText('Ask three first, to see what comes back.')).toBeVisible();
  await annotate(page);
  // What was obtained without a model says so.
  await expect(panel(page).getByText('Simulated', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: /How good is it/ }).getByText('Simulated')).toBeVisible();
  await inspect(page, 'augment');

  await page.setViewportSize({ width: 1360, height: 900 });
  await page.getByRole('link', { name: /^Check \d+ texts$/ }).click();
  await expect(page.getByText(/^0 of 50 checked/)).toBeVisible();
  await page.getByRole('application').focus();
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Space');
  }
  await expect(page.getByText(/^10 of 50 checked/)).toBeVisible();
  await page.getByRole('link', { name: 'How good is it?' }).click();
  await expect(page.getByRole('row', { name: /^All types/ })).toContainText(/\d+ %\s*\d+ %–\d+ %/);

  const added = page.getByRole('button', { name: /^Add \d+ labels$/ });
  await expect(added).toBeVisible();
  const count = Number(/\d+/.exec(await added.innerText())?.[0]);
  await added.click();
  await expect(page.getByText(new RegExp(`^${count} labels of the LLM added to`))).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add 0 labels' })).toBeDisabled();
});

test('a job that is broken off by a reload goes on without asking anything twice', async ({ page }) => {
  test.setTimeout(240_000);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.clock.install();
  await openAugment(page, 'Reload');
  // Answers come as time goes on: while it stands still the job cannot end, however long the reload takes.
  await page.clock.pauseAt(Date.now() + 10_000);
  await page.getByRole('button', { name: 'Start without a look' }).click();
  await expect(async () => {
    await page.clock.runFor(500);
    await expect(panel(page).getByText(/^Running · [1-9]\d+ of 200/)).toBeVisible({ timeout: 500 });
  }).toPass({ intervals: [0], timeout: 30_000 });
  await page.reload();
  await page.clock.resume();
  await expect(panel(page).getByText(interrupted)).toBeVisible();
  const stored = await page.evaluate(storedReplies);
  expect(stored).toBeGreaterThan(10);
  expect(stored).toBeLessThan(200);
  await panel(page).getByRole('button', { name: 'Go on' }).click();
  await expect(panel(page).getByText(/^Done · 200 of 200 answered$/)).toBeVisible({ timeout: 60_000 });
  expect(await page.evaluate(storedReplies)).toBe(200);
});

test('a job of another tab is shown as soon as that tab is closed', async ({ page, context }) => {
  await page.clock.install();
  await openAugment(page, 'Two tabs');
  const other = await context.newPage();
  await other.goto(page.url().replace('#/augment', '#/data'));
  await expect(other.getByRole('heading', { level: 1, name: 'Two tabs' })).toBeVisible();
  // While time stands still, in both of them, the job cannot end.
  await page.clock.pauseAt(Date.now() + 10_000);
  await page.getByRole('button', { name: 'Start without a look' }).click();
  await expect(panel(page).getByText(/^Running/)).toBeVisible();
  await steps(other).getByRole('link', { name: /^Augment/ }).click();
  await expect(other.getByRole('button', { name: 'Start without a look' })).toBeVisible();
  await expect(panel(other)).toBeHidden();
  await page.close();
  await expect(panel(other).getByText(interrupted)).toBeVisible();
});

test('a server on this computer answers: found by its address, its failures counted and shown', async ({ page, otherHosts }) => {
  otherHosts.add('localhost:11434');
  const asked: string[] = [];
  await page.route('http://localhost:11434/v1/**', async (route) => {
    if (route.request().url().endsWith('/models')) return route.fulfill({ json: { data: [{ id: 'small-model' }] } });
    const { messages } = route.request().postDataJSON() as { messages: { content: string }[] };
    asked.push(JSON.stringify(messages));
    const text = messages.at(-1)!.content;
    const content = asked.length % 5 === 0 ? 'I cannot help with that.' : text.replace(/\b[A-Z]\w+$|\b(?<=\s)[A-Z]\w+/, '@@$&##');
    return route.fulfill({ json: { choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 } } });
  });
  await openAugment(page, 'Local');
  await page.getByText('Use a model on this computer').click();
  const address = page.getByLabel('Address');
  await address.fill('http://example.org/v1');
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByText(/The address has to begin with/)).toBeVisible();
  await address.fill('http://localhost:11434/v1/');
  await page.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByText('1 model found.')).toBeVisible();
  await expect(page.getByLabel('Answers come from')).toHaveValue('local/small-model');

  // One type in one request, to have few.
  await page.getByLabel('Texts, at most').fill('10');
  await page.getByLabel('Texts, at most').press('Tab');
  for (const type of ['person', 'place', 'event']) await page.getByRole('checkbox', { name: type }).uncheck();
  await page.getByLabel('Definition of organisation').fill('Companies, clubs and offices.');
  await page.getByLabel('Definition of organisation').press('Tab');
  await expect(page.getByText('organisation means: Companies, clubs and offices.')).toBeVisible();
  // Before the first text goes there, the page says which and where; a no sends nothing and leaves nothing behind.
  const leaving = page.getByRole('dialog', { name: 'Texts are about to leave this tab' });
  await page.getByRole('button', { name: 'Start without a look' }).click();
  await expect(leaving).toContainText('To localhost:11434, a server on this computer');
  await expect(leaving).toContainText('The 10 texts of “Local” that you chose here');
  await inspect(page, 'leaving');
  await leaving.getByRole('button', { name: 'Not now' }).click();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: 'Start without a look' }).click();
  await leaving.getByRole('button', { name: 'Send to localhost:11434' }).click();
  const job = page.locator('section', { has: page.getByRole('heading', { name: 'Annotating with small-model' }) });
  await expect(job.getByText(/^Done · 10 of 10 answered$/)).toBeVisible({ timeout: 30_000 });
  expect(asked).toHaveLength(10);
  await job.getByRole('button', { name: 'Look at: The model declined' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('I cannot help with that.').first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('the estimate holds the second question as soon as answers tell how many spans there will be', async ({ page }) => {
  await openAugment(page, 'Surer');
  const meter = page.getByRole('region', { name: 'Estimate' });
  await page.getByText('More settings', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Asked for' }).selectOption('all');
  await expect(meter.getByText('50 requests')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Ask again about each span' }).check();
  await expect(meter.getByText('and on top a question about each span found')).toBeVisible();
  await page.getByRole('button', { name: 'Ask these 3 now' }).click();
  await expect(meter.getByText(/^with about [1-9][\d,]* questions about spans found/)).toBeVisible({ timeout: 30_000 });
  await expect(meter.getByText('47 requests')).toBeVisible();
});

test('a prompt is edited, refused where a part is missing, and reset', async ({ page }) => {
  await openAugment(page, 'Prompt');
  await page.getByText('More settings').click();
  await page.getByRole('button', { name: 'Edit the prompt' }).click();
  const dialog = page.getByRole('dialog');
  const instructions = dialog.getByLabel('Instructions');
  const usual = await instructions.inputValue();
  await instructions.fill('Mark every {type}: {definition}');
  await expect(dialog.getByText(/^\{form\} is missing/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Use these words' })).toBeDisabled();
  await instructions.fill('Mark every {type}: {definition}\n{form}');
  await dialog.getByRole('button', { name: 'Use these words' }).click();
  // It closes when they are stored.
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Mark every \w+: /)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^Mark every \w+: /)).toBeVisible();
  await page.getByText('More settings').click();
  await page.getByRole('button', { name: 'Edit the prompt' }).click();
  await dialog.getByRole('button', { name: 'Back to Tagsmith’s own words' }).click();
  await expect(instructions).toHaveValue(usual);
});

test('ways of asking are compared by labelled texts, the better one is used, and after a reload comparing costs nothing', async ({ page }) => {
  await openAugment(page, 'Ways');
  await page.getByRole('heading', { name: 'Compare ways of asking' }).click();
  await page.getByRole('checkbox', { name: 'With a reason for each span' }).uncheck();
  await expect(page.getByText('5 texts drawn at random, the same for each way. Examples come from the other 5. At most half are asked about')).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const table = page.getByRole('region', { name: 'Compare ways of asking' });
  await expect(table.getByRole('row')).toHaveCount(7, { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: /^5 texts with \d+ entities/ }).getByText('Simulated', { exact: true })).toBeVisible();
  await expect(page.getByText(/are too few: differences in quality mean nothing yet/)).toBeVisible();
  await expect(table.getByRole('row', { name: /^Five texts and all types in one request/ })).toContainText('fewest tokens');
  await expect(table.getByRole('row', { name: /^With a second question/ })).toContainText(/\d+ confirmed, \d+ denied/);
  await page.setViewportSize(widths.narrow);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await page.setViewportSize(widths.wide);

  await table.getByRole('button', { name: 'Use this way: All types in one request', exact: true }).click();
  await expect(table.getByRole('row', { name: /^All types in one request/ })).toContainText('In use');
  await expect(page.getByText('Find every entity of these types')).toBeVisible();
  const asked = await page.evaluate(storedReplies);
  await page.reload();
  await expect(page.getByText('All of this has been answered: comparing costs nothing.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(table.getByRole('row')).toHaveCount(7, { timeout: 30_000 });
  expect(await page.evaluate(storedReplies)).toBe(asked);

  await importFiles(page, [{ name: 'few.conll', content: `${split.slice(0, 3).join('\n\n')}\n` }], 'Few');
  await steps(page).getByRole('link', { name: /^Augment/ }).click();
  await page.getByRole('heading', { name: 'Compare ways of asking' }).click();
  await expect(page.getByText(/^This needs 5 texts labelled by hand/)).toBeVisible();
});

/** Runs in the page: how many replies are in its database. */
async function storedReplies(): Promise<number> {
  const result = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error ?? new Error('no result')))));
  const database = await result(indexedDB.open('tagsmith'));
  const count = await result(database.transaction('replies').objectStore('replies').count());
  database.close();
  return count;
}
