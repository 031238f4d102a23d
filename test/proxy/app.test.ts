import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBuiltApp } from '../../proxy/built-app.ts';
import { openProxy, type OpenProxy } from '../../proxy/open.ts';
import { configOf } from './proxy-under-test.ts';

const weights = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const hash = createHash('sha256').update(weights).digest('hex');
let folder: string;
let proxy: OpenProxy;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-proxy-'));
  const dist = path.join(folder, 'dist');
  await mkdir(path.join(dist, 'assets'), { recursive: true });
  await writeFile(path.join(dist, 'index.html'), '<!doctype html>page');
  await writeFile(path.join(dist, 'assets', 'main-abc.js'), 'script');
  await writeFile(path.join(dist, 'assets', 'main-abc.js.gz'), gzipSync('script'));
  await writeFile(path.join(dist, '.sources'), 'not for others');
  await writeFile(path.join(folder, 'model.safetensors'), weights);
  await writeFile(path.join(folder, 'secret.json'), '{}');
  const files = [{ name: 'model.safetensors', size: weights.length, sha256: hash }];
  proxy = await openProxy(configOf([], { names: ['class.example'], logLevel: 'silent' }), { app: await readBuiltApp(dist), encoders: { list: () => Promise.resolve([{ id: 'someone/encoder', folder, files }]) } });
});

afterAll(async () => {
  await proxy.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (address: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => Promise.resolve(proxy.app.request(`http://localhost:8787${address}`, { method, headers: { host: 'localhost:8787', ...headers } }));

test('the page is served at the root, its hashed files for good', async () => {
  const page = await get('/');
  expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', 'no-cache', '<!doctype html>page']);
  expect((await get('/assets/main-abc.js')).headers.get('cache-control')).toContain('immutable');
});

test('files go out compressed to whoever takes that', async () => {
  const packed = await get('/assets/main-abc.js', { 'accept-encoding': 'gzip, deflate' });
  expect([packed.headers.get('content-encoding'), packed.headers.get('content-type')]).toEqual(['gzip', 'text/javascript; charset=utf-8']);
  expect((await get('/assets/main-abc.js')).headers.get('content-encoding')).toBeNull();
  expect((await get('/assets/main-abc.js', { 'accept-encoding': 'gzip;q=0, br' })).headers.get('content-encoding')).toBeNull();
});

test.each(['/', '/healthz', '/models/index.json', '/models/someone--encoder/model.safetensors', '/nothing'])('%s carries the security headers', async (address) => {
  const { headers } = await get(address);
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const policy = headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/);
});

test('errors carry them too', async () => {
  const refused = await get('/', { host: 'evil.example' });
  expect(refused.headers.get('content-security-policy')).toContain("default-src 'self'");
});

test.each(['localhost', 'localhost:8787', '127.0.0.1:8787', '[::1]:8787', 'tagsmith.localhost', 'class.example', 'CLASS.example:443', 'localhost.'])('a caller that names the host %s is let in', async (host) => {
  expect((await get('/healthz', { host })).status).toBe(200);
});

test.each(['evil.example', 'localhost.evil.example', 'evil.example:8787', '127.0.0.1.evil.example', '192.168.1.5', '', 'localhost:8787@evil.example', 'evil.example/localhost'])(
  'a caller that names the host %j is refused on every route',
  async (host) => {
    for (const address of ['/', '/healthz', '/models/index.json', '/models/someone--encoder/model.safetensors']) expect((await get(address, { host })).status).toBe(421);
  },
);

test('a page of another origin is refused, also one on another port of this machine', async () => {
  for (const origin of ['https://evil.example', 'http://localhost:3000', 'null', 'http://localhost']) expect((await get('/models/index.json', { origin })).status).toBe(403);
  expect((await get('/models/index.json', { origin: 'http://localhost:8787' })).status).toBe(200);
  expect((await get('/models/index.json', { origin: 'https://class.example', host: 'class.example' })).status).toBe(200);
});

test('another site may link here, but not embed', async () => {
  expect((await get('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  expect((await get('/models/index.json', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
});

test('the index lists models with sizes and hashes, and no paths', async () => {
  expect(await (await get('/models/index.json')).json()).toEqual({ models: [{ id: 'someone/encoder', files: [{ name: 'model.safetensors', size: 1000, sha256: hash }] }] });
});

const file = '/models/someone--encoder/model.safetensors';

test('a model file comes whole, with its length and hash', async () => {
  const response = await get(file);
  expect([response.status, response.headers.get('content-length'), response.headers.get('etag'), response.headers.get('cache-control')]).toEqual([200, '1000', `"${hash}"`, 'no-cache']);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(weights);
});

test('an address with the right hash may be kept for good, one with a wrong hash may not', async () => {
  expect((await get(`${file}?v=${hash.slice(0, 16)}`)).headers.get('cache-control')).toContain('immutable');
  expect((await get(`${file}?v=0123456789abcdef`)).headers.get('cache-control')).toBe('no-cache');
});

test.each([
  ['bytes=0-9', 206, 'bytes 0-9/1000', 0, 10],
  ['bytes=990-', 206, 'bytes 990-999/1000', 990, 1000],
  ['bytes=-10', 206, 'bytes 990-999/1000', 990, 1000],
  ['bytes=990-5000', 206, 'bytes 990-999/1000', 990, 1000],
  ['bytes=0-1,5-6', 200, null, 0, 1000],
  ['lines=1-2', 200, null, 0, 1000],
])('range %s', async (range, status, contentRange, start, end) => {
  const response = await get(file, { range });
  expect([response.status, response.headers.get('content-range'), response.headers.get('content-length')]).toEqual([status, contentRange, String(end - start)]);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(weights.subarray(start, end));
});

test('a range outside the file is said', async () => {
  const response = await get(file, { range: 'bytes=1000-' });
  expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
});

test('a range of another version gives the whole file', async () => {
  expect((await get(file, { range: 'bytes=10-', 'if-range': '"other"' })).status).toBe(200);
  expect((await get(file, { range: 'bytes=10-', 'if-range': `"${hash}"` })).status).toBe(206);
});

test('who has the file already is told so', async () => {
  for (const tag of [`"${hash}"`, `W/"${hash}"`, `"other", "${hash}"`]) expect((await get(file, { 'if-none-match': tag })).status).toBe(304);
  expect((await get(file, { 'if-none-match': '"other"' })).status).toBe(200);
});

test('HEAD gives the headers alone', async () => {
  const response = await get(file, {}, 'HEAD');
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '1000', '']);
});

test.each([
  '/models/someone--encoder/secret.json',
  '/models/someone--encoder/..%2Fmodel.safetensors',
  '/models/someone--encoder/%2e%2e/secret.json',
  '/models/..%2Fdist/index.html',
  '/models/someone%2Fencoder/model.safetensors',
  '/models/unknown/model.safetensors',
  '/.sources',
  '/assets/../.sources',
  '/..%2fsecret.json',
  '/%2e%2e/secret.json',
  '/assets',
])('%s is not found', async (address) => {
  expect((await get(address)).status).toBe(404);
});

test('requests are counted by the route that answered them', async () => {
  await get('/healthz');
  await get('/models/someone%2Fencoder/model.safetensors');
  await get('/v1/models');
  const counted = await (await get('/metrics', { authorization: `Bearer ${proxy.soloToken}` })).text();
  expect(counted).toContain('tagsmith_requests_total{method="GET",route="/healthz",status="200"}');
  expect(counted).toContain('route="/models/:id/:file",status="200"');
  expect(counted).toContain('route="/v1/models",status="401"');
});
