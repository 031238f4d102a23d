import type { Page } from '@playwright/test';
import { inspect } from './inspect.ts';
import { storedRuns } from './stored-runs.ts';
import { expect, importFiles, sentences, test } from './page.ts';

const settings = { encoder: 'tiny', device: 'wasm', steps: '80', learningRate: '0.003', headLearningRate: '0.01', dropout: '0.1', batchSize: '16', evaluateEvery: '40' };

async function startTraining(page: Page): Promise<void> {
  await importFiles(page, [{ name: 'train.conll', content: sentences(40) }, { name: 'dev.conll', content: sentences(5, 'dev') }], 'Lantern Coast');
  const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?${new URLSearchParams({ ...settings, set }).toString()}`);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
}

/** A pause is a checkpoint, however quick the steps are. */
async function pause(page: Page): Promise<void> {
  await expect(page.getByText(/^step [1-9]/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText(/^safe up to step \d/)).toBeVisible({ timeout: 20_000 });
}

/** Nothing is left of any training. */
const noFiles = (page: Page) => expect.poll(() => page.evaluate(async () => (await (await (await navigator.storage.getDirectory()).getDirectoryHandle('trainings')).keys().next()).done)).toBe(true);

const done = (page: Page) => expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 120_000 });

test('a training that a reload breaks off goes on where it stood, and is the one that nothing broke off', async ({ page, context }) => {
  test.setTimeout(240_000);
  page.on('dialog', (dialog) => void dialog.accept());
  await startTraining(page);
  await pause(page);

  // Another tab sees it, and does not train beside it.
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByText(/^Another tab trains on Lantern Coast: step \d+ of 80/)).toBeVisible();
  await expect(other.getByRole('button', { name: 'Train', exact: true })).toBeDisabled();
  await other.close();

  await page.reload();
  const panel = page.getByRole('region', { name: 'A training was broken off' });
  await expect(panel).toContainText(/begun .* \d+ of 80 steps are safe/);
  await inspect(page, 'train-broken-off');
  await panel.getByRole('button', { name: /^Go on from step \d+$/ }).click();
  await expect(panel).toBeHidden();
  await done(page);

  await page.getByRole('button', { name: 'Train again' }).click();
  await expect(page.getByRole('link', { name: 'Try it' })).toBeHidden();
  await done(page);
  const [broken, straight] = await storedRuns(page);
  expect(broken!.result.losses).toHaveLength(80);
  expect(broken!.result.losses).toEqual(straight!.result.losses);
  expect(broken!.result.scores).toEqual(straight!.result.scores);
  expect(broken!.evaluations).toEqual(straight!.evaluations);

  // Nothing is left of either.
  await page.reload();
  await expect(page.getByRole('button', { name: 'Train again' })).toBeEnabled();
  await expect(panel).toBeHidden();
  await noFiles(page);
});

test('a training that was broken off is told of on other pages, and can be discarded', async ({ page }) => {
  page.on('dialog', (dialog) => void dialog.accept());
  await startTraining(page);
  await pause(page);
  await page.goto('#/data');
  await page.reload();
  await page.locator('.toast', { hasText: 'The training on Lantern Coast was broken off after step' }).getByRole('button', { name: 'See it' }).click();
  const panel = page.getByRole('region', { name: 'A training was broken off' });
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toBeHidden();
  await noFiles(page);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  await expect(panel).toBeHidden();
});

test('where the storage is full, a training says so, ends, and its tagger is stored once there is room', async ({ page, context, baseURL }) => {
  // Before the store is opened: the browser remembers for a while how much room there is.
  const client = await context.newCDPSession(page);
  const { origin } = new URL(baseURL!);
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 600_000 });
  await importFiles(page, [{ name: 'train.conll', content: sentences(20) }], 'Full');
  const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?${new URLSearchParams({ ...settings, steps: '4000', set }).toString()}`);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The tagger is trained but not stored' });
  await expect(page.getByText(/^There is little room: keeping the state of this training takes up to|^The browser has no room left for the state of this training/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Stop, keep the best' }).click();
  await expect(alert).toContainText("The browser's storage is full", { timeout: 60_000 });
  expect(await storedRuns(page), 'neither a run nor half a tagger').toEqual([]);
  await inspect(page, 'train-storage-full');

  await client.send('Storage.overrideQuotaForOrigin', { origin });
  await alert.getByRole('button', { name: 'Save again' }).click();
  await done(page);
  await expect(alert).toBeHidden();
  expect((await storedRuns(page)).map(({ reason }) => reason)).toEqual(['stopped']);
});

test('a training whose engine does not start says so, and begins again', async ({ page, context }) => {
  await page.clock.install();
  const runtime = /\/ort-wasm-simd-threaded[^/]*\.wasm$/;
  let asked = (): void => undefined;
  const held = new Promise<void>((resolve) => (asked = resolve));
  await context.route(runtime, () => asked());
  await startTraining(page);
  await held;
  await page.clock.fastForward('00:46');
  const said = page.getByText(/^For 45 seconds nothing was heard of this training/);
  await expect(said).toBeVisible();
  await context.unroute(runtime);
  await page.getByRole('button', { name: 'Begin again' }).click();
  await expect(said).toBeHidden();
  await done(page);
});
