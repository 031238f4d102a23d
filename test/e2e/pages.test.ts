import { gzipSync } from 'node:zlib';
import { inspect, widths } from './inspect.ts';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

test('before anything is there, every page says what will be here', async ({ page }) => {
  for (const name of ['', 'data', 'train', 'evaluate', 'try', 'class']) {
    await page.goto(`#/${name}`);
    await inspect(page, `empty-${name || 'home'}`);
  }
});

test('with data and a run, every page passes axe in both themes and widths', async ({ page }) => {
  test.setTimeout(400_000);
  const files = [['train', 40], ['dev', 12], ['test', 20]] as const;
  await importFiles(page, files.map(([split, count]) => ({ name: `${split}.conll`, content: sentences(count, split) })), 'Lantern Coast, part');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await inspect(page, 'data');
  await page.getByRole('button', { name: 'Edit person' }).click();
  await inspect(page, 'data-type');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.setViewportSize(widths.wide);
  await trainTiny(page, { device: 'wasm', steps: '60', learningRate: '0.003', headLearningRate: '0.01', dropout: '0', evaluateEvery: '10' });
  await inspect(page, 'train');
  await page.getByText('Settings', { exact: true }).click();
  await inspect(page, 'train-settings');

  await page.getByRole('link', { name: 'See where it goes wrong' }).click();
  await inspect(page, 'evaluate');
  for (const tab of ['How strict', 'Confusions', 'Errors']) {
    await page.getByText(tab, { exact: true }).click();
    await inspect(page, `evaluate-${tab.toLowerCase().replace(' ', '-')}`);
  }
  await page.getByRole('link', { name: 'Try it on a sentence' }).click();
  await expect(page.getByRole('region', { name: 'What it finds' }).getByRole('status')).not.toBeEmpty({ timeout: 60_000 });
  await inspect(page, 'try');
  await page.getByRole('link', { name: 'Tagsmith, home' }).click();
  await inspect(page, 'home');
});

test('Home is interactive with at most 250 kB of JavaScript, gzipped', async ({ page }) => {
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('javascript')) bodies.push(response.body());
  });
  await page.goto('');
  await expect(page.getByRole('button', { name: 'Make a tagger from the sample' })).toBeEnabled();
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).byteLength, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(250_000);
});

test('without a secure connection the page says why and what to do, and still takes data', async ({ page }) => {
  // As a page over plain http finds it: no GPU, no random ids, no clipboard.
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    Object.defineProperty(navigator, 'gpu', { value: undefined });
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    Object.defineProperty(crypto, 'randomUUID', { value: undefined });
  });
  await page.goto('');
  const device = page.getByRole('region', { name: 'This device' });
  await expect(device).toContainText('a connection that is not secure');
  await expect(device).toContainText('https');
  await importFiles(page, [{ name: 'train.conll', content: sentences(3) }], 'Insecure');
  await expect(page.locator('mark').first()).toBeVisible();
});
