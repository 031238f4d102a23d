import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { inspect } from './inspect.ts';
import { expect, test } from './page.ts';
import { asNewerVersion, builtFiles, StaticHost } from './static-host.ts';

test.use({ serviceWorkers: 'allow', expected: /Failed to load resource.*(?:\/class\)|\/v1\/limits\)|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED)/ });

/** From the sample to an archive on the disk, with the encoder that comes with the app. */
async function wholeWay(page: Page, address: string): Promise<void> {
  await page.goto(`${address}#/?encoder=tiny&steps=20`);
  await page.getByRole('button', { name: 'Make a tagger from the sample' }).click();
  const found = page.getByRole('region', { name: 'What it finds' });
  await expect(found.getByRole('status')).not.toBeEmpty({ timeout: 60_000 });
  await page.getByRole('link', { name: /^Evaluate/ }).click();
  await expect(page.getByRole('row', { name: /^person / })).toBeVisible();
  await page.getByRole('link', { name: 'Try', exact: true }).click();
  await page.getByRole('textbox', { name: 'Your text' }).fill('On Monday Mara Lindqvist told the Harbour Council .');
  await expect(found.getByRole('status')).not.toBeEmpty({ timeout: 60_000 });
  await page.getByRole('link', { name: /^Export/ }).click();
  await page.getByRole('button', { name: 'Make the archive' }).click();
  const made = page.getByRole('region', { name: 'The archive is ready' });
  await expect(made).toContainText(/gives all \d+ words of 5 texts the tags that the tagger gives/, { timeout: 60_000 });
  const download = page.waitForEvent('download');
  await made.getByRole('button', { name: /^Save \(/ }).click();
  expect(Object.keys(unzipSync(await readFile(await (await download).path())))).toContain('onnx/model.onnx');
}

/** Waits until the browser keeps the app, as the page says of the device. */
async function untilKept(page: Page): Promise<void> {
  await expect(page.getByRole('region', { name: 'This device' })).toContainText('it opens without a network', { timeout: 60_000 });
}

/** The hub with one repository, whose files are those of the tiny encoder. */
async function playHub(context: BrowserContext, repository: string): Promise<void> {
  const files = new Map([...(await builtFiles())].flatMap(([name, bytes]) => (/^models\/tiny\/.*\.(?:json|safetensors)$/.test(name) ? [[path.basename(name), bytes] as const] : [])));
  await context.route('https://huggingface.co/**', (route) => {
    const { pathname } = new URL(route.request().url());
    const siblings = [...files].map(([rfilename, { length: size }]) => ({ rfilename, size }));
    const body = pathname === `/api/models/${repository}` ? JSON.stringify({ sha: 'c0ffee', siblings }) : files.get(path.basename(pathname));
    return route.fulfill({ status: body ? 200 : 404, headers: { 'access-control-allow-origin': '*' }, ...(body ? { body } : {}) });
  });
}

test('from a plain web host, under a path and without a header of ours, the whole way works, and nobody else is asked', async ({ page, context, otherHosts }) => {
  const host = await StaticHost.start(await builtFiles(), '/some/where/');
  try {
    otherHosts.add(new URL(host.address).host);
    await wholeWay(page, host.address);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.getByRole('button', { name: /^CPU/ }).click();
    await expect(page.getByText('so the CPU computes with one thread only')).toBeVisible();
    await page.keyboard.press('Escape');
    // What only a server of ours can do is said, not tried.
    await page.getByRole('link', { name: 'Class', exact: true }).click();
    await expect(page.getByText('This page comes from a plain web host')).toBeVisible();
    expect(host.asked.filter((asked) => !asked.startsWith('/some/where/'))).toEqual([]);

    // An encoder that did not come with the app is the hub's; the page's policy lets it.
    otherHosts.add('huggingface.co');
    await playHub(context, 'someone/encoder');
    await page.goto(`${host.address}#/?encoder=someone/encoder&steps=2`);
    await page.getByRole('button', { name: 'Make a tagger from the sample' }).click();
    await expect(page.getByRole('region', { name: 'What it finds' }).getByRole('status')).not.toBeEmpty({ timeout: 60_000 });
  } finally {
    await host.stop();
  }
});

test('after the first load the network and the server may go: the app opens, keeps its threads, and goes the whole way', async ({ page, context, request, otherHosts }) => {
  const { process: server, address, link, folder } = await startServer();
  otherHosts.add(new URL(address).host);
  try {
    await page.goto(address);
    await untilKept(page);
    for (const name of ['sw.js', 'manifest.webmanifest']) expect((await request.get(`${address}${name}`)).headers()).toMatchObject({ 'cache-control': 'no-cache', 'content-type': name === 'sw.js' ? /javascript/ : /^application\/manifest\+json/ });
    // The link with the right to ask goes to the server, past what is kept.
    await page.goto(link);
    await expect(page.getByRole('button', { name: 'LLM · 1 model' })).toBeVisible();
    const kept = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat());
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.filter((name) => /^\/(?:v1|class|open|healthz|metrics|models\/index\.json)/.test(name))).toEqual([]);

    server.kill('SIGTERM');
    await once(server, 'exit');
    await context.setOffline(true);
    await page.goto(address);
    await page.reload();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.getByRole('button', { name: 'Offline' }).click();
    await expect(page.getByText('This device has no network.')).toBeVisible();
    await inspect(page, 'offline');
    await page.keyboard.press('Escape');
    await wholeWay(page, address);
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a new version waits for a running training, whose files all stay, and takes over when it is told to', async ({ page, context, otherHosts }) => {
  const files = await builtFiles();
  const host = await StaticHost.start(files, '/some/where/');
  otherHosts.add(new URL(host.address).host);
  const isNewer = () => page.evaluate(() => document.querySelector('script[type=module]')!.getAttribute('src')!.includes('newer'));
  page.on('dialog', (dialog) => void dialog.accept());
  try {
    await page.goto(host.address);
    await untilKept(page);
    await page.goto(`${host.address}#/?encoder=tiny&steps=100000`);
    await page.getByRole('button', { name: 'Make a tagger from the sample' }).click();
    await expect(page.getByText(/^step [1-9]/)).toBeVisible({ timeout: 60_000 });
    const other = await context.newPage();
    await other.goto(host.address);

    host.files = asNewerVersion(files);
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
    await expect(page.locator('.toast')).toContainText('It waits until nothing is running any more.', { timeout: 30_000 });
    // A tab beside it does not take the files away.
    await other.locator('.toast').getByRole('button', { name: 'Reload' }).click();
    await expect(other.locator('.toast')).toContainText('Something is running in a tab of Tagsmith.');
    await other.close();

    host.asked.length = 0;
    const old = [...files.keys()].filter((name) => /\.(?:js|mjs|css)$/.test(name) && name.startsWith('assets/'));
    const statuses = await page.evaluate(async (names) => Promise.all(names.map(async (name) => (await fetch(name)).status)), old);
    expect(new Set(statuses)).toEqual(new Set([200]));
    for (const [name, heading] of [['augment', /./], ['bench', /./], ['annotate', /./]] as const) {
      await page.goto(`${page.url().replace(/#.*/, '')}#/${name}?set=sample`);
      await expect(page.getByRole('heading', { level: 1, name: heading }).first()).toBeVisible();
      await expect(page.locator('main [aria-busy=true]')).toHaveCount(0);
    }
    expect(host.asked.filter((asked) => asked.includes('/assets/'))).toEqual([]);

    await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Train/ }).click();
    await expect(page.getByText(/^step [1-9]/)).toBeVisible();
    await page.getByRole('button', { name: 'Stop, keep the best' }).click();
    // From the sample it goes straight on to what was made.
    const found = page.getByRole('region', { name: 'What it finds' }).getByRole('status');
    await expect(found).not.toBeEmpty({ timeout: 60_000 });
    expect(await isNewer()).toBe(false);
    await page.locator('.toast', { hasText: 'A new version' }).getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => isNewer().catch(() => false), { timeout: 30_000 }).toBe(true);
    await expect(found).not.toBeEmpty({ timeout: 60_000 });
    // Nothing of the old version is left behind.
    await expect.poll(() => page.evaluate(async () => (await (await caches.open((await caches.keys()).find((name) => name.includes('precache'))!)).keys()).filter(({ url }) => /\.js$/.test(url) && !url.includes('newer')).length)).toBe(0);
  } finally {
    await host.stop();
  }
});

/** The server as `npm start` runs it, with a service that is never asked. */
async function startServer(): Promise<{ process: ChildProcess; address: string; link: string; folder: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-offline-'));
  const providers = path.join(folder, 'providers.json');
  writeFileSync(providers, JSON.stringify({ providers: { service: { kind: 'compatible', url: 'http://127.0.0.1:9/v1', local: true, models: { 'small-model': { input: 0, output: 0, context: 1000, maxOutput: 100 } } } } }));
  const child = spawn(process.execPath, ['proxy/main.ts'], { env: { ...process.env, PORT: String(20_000 + (process.pid % 10_000)), XDG_STATE_HOME: folder, TAGSMITH_PROVIDERS: providers }, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const link = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\S+\/open\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
  });
  return { process: child, address: new URL('/', link).href, link, folder };
}
