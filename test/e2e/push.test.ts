import { answer } from '../web/export/fake-hub.ts';
import { inspect } from './inspect.ts';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

const TOKEN = 'hf_canaryCanaryCanary';

test('a checked archive is pushed to the hub; the token is in no storage and on no console afterwards', async ({ page, complaints, otherHosts }) => {
  test.setTimeout(180_000);
  for (const host of ['huggingface.co', 'cas-server.xethub.hf.co']) otherHosts.add(host);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  let refuse: number | null = null;
  let silent = true;
  const sent: { path: string; authorization: string | undefined; commit: string }[] = [];
  await page.context().route(/^https:\/\/(?:huggingface\.co|cas-server\.xethub\.hf\.co)\//, async (route) => {
    const request = route.request();
    const { pathname: path } = new URL(request.url());
    sent.push({ path, authorization: (await request.allHeaders()).authorization, commit: path.includes('/commit/') ? (request.postData() ?? '') : '' });
    const headers = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };
    if (silent) return;
    if (refuse !== null && path === '/api/repos/create') return route.fulfill({ status: refuse, headers, json: { error: 'no' } });
    if (path.startsWith('/v1/chunks/')) return route.fulfill({ status: 404, headers, json: {} });
    return route.fulfill({ headers, json: answer(path, request.postDataBuffer() ?? Buffer.alloc(0), 'https://cas-server.xethub.hf.co') });
  });
  await importFiles(page, [{ name: 'train.conll', content: sentences(10) }], 'Lantern Coast');
  await trainTiny(page, { device: 'wasm', steps: '5', dropout: '0' });
  await page.getByRole('link', { name: /^Export/ }).click();
  await page.getByRole('button', { name: 'Make the archive' }).click();
  const made = page.getByRole('region', { name: 'The archive is ready' });
  await made.getByText('Push to the Hugging Face hub').click({ timeout: 60_000 });
  const token = made.getByLabel('Token with the right to write');
  const push = made.getByRole('button', { name: 'Push', exact: true });
  await made.getByLabel('Repository').fill('mara');
  await expect(made).toContainText('A repository is called owner/name');
  await made.getByLabel('Repository').fill('mara/harbour');
  await token.fill('no token');
  await expect(made).toContainText('Tokens of the hub begin with hf_');
  await expect(push).toBeDisabled();
  await token.fill(TOKEN);
  await expect(made).toContainText(/These \d files, 1 MB, go to huggingface\.co as mara\/harbour, private\./);
  await expect(token).toHaveAttribute('type', 'password');
  await inspect(page, 'push');
  expect(sent).toEqual([]);

  await push.click();
  await expect(made.getByRole('status').filter({ hasText: 'Asking the hub' })).toBeVisible();
  await expect.poll(() => sent.length, { timeout: 30_000 }).toBe(1);
  await made.getByRole('button', { name: 'Stop' }).click();
  await expect(made).toContainText('Stopped. A repository that was made already stays');
  await expect(token).toHaveValue('');
  [silent, refuse] = [false, 401];
  await token.fill(TOKEN);
  await push.click();
  await expect(made.getByRole('alert')).toContainText('The hub does not know this token.', { timeout: 30_000 });
  await expect(token).toHaveValue('');
  refuse = 409;
  await token.fill(TOKEN);
  await push.click();
  await expect(made).toContainText('mara/harbour exists already. Its files of the same names would be replaced');
  expect(sent.map(({ path }) => path)).toEqual(Array(3).fill('/api/repos/create'));
  await made.getByRole('button', { name: 'Add a commit' }).click();
  await expect(made.getByRole('link', { name: 'https://huggingface.co/mara/harbour/commit/c0ffee' })).toBeVisible({ timeout: 60_000 });
  await expect(token).toHaveValue('');
  const { commit } = sent.find(({ path }) => path === '/api/models/mara/harbour/commit/main')!;
  for (const name of ['config.json', 'model.safetensors', 'onnx/model.onnx', 'README.md']) expect(commit).toContain(`"path":"${name}"`);
  const storage = sent.filter(({ path }) => path.startsWith('/v1/'));
  expect(storage.some(({ path }) => path.startsWith('/v1/xorbs/'))).toBe(true);
  expect(storage.filter(({ authorization }) => authorization?.includes(TOKEN))).toEqual([]);

  expect(said.filter((words) => words.includes(TOKEN))).toEqual([]);
  expect(await page.evaluate(storedText)).not.toContain(TOKEN);
  // What it would find if it were there.
  await page.evaluate((value) => localStorage.setItem('canary', value), TOKEN);
  expect(await page.evaluate(storedText)).toContain(TOKEN);
  // The browser notes every refusal of a host.
  const others = complaints.filter((complaint) => !/^console: Failed to load resource: the server responded with a status of (?:401|409|404)/.test(complaint));
  complaints.splice(0, complaints.length, ...others);
});

/** All that the page's address keeps in the browser, as one text: settings, databases, caches, files. */
async function storedText(): Promise<string> {
  const parts = [JSON.stringify({ ...localStorage, ...sessionStorage }), document.cookie, location.href];
  const textOf = (value: unknown): string =>
    value instanceof Uint8Array || value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value) : typeof value === 'object' && value !== null ? Object.entries(value).map(([key, each]) => key + textOf(each)).join() : String(value);
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name!);
      opening.onsuccess = () => resolve(opening.result);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise<unknown[]>((resolve) => {
        const asking = database.transaction(store).objectStore(store).getAll();
        asking.onsuccess = () => resolve(asking.result as unknown[]);
      });
      parts.push(textOf(rows));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) parts.push(request.url, textOf(await (await cache.match(request))!.arrayBuffer()));
  }
  async function* filesOf(folder: FileSystemDirectoryHandle): AsyncGenerator<File> {
    for await (const entry of folder.values()) {
      if (entry.kind === 'file') yield (entry as FileSystemFileHandle).getFile();
      else yield* filesOf(entry as FileSystemDirectoryHandle);
    }
  }
  for await (const file of filesOf(await navigator.storage.getDirectory())) parts.push(file.name, textOf(await file.arrayBuffer()));
  return parts.join('\n');
}
