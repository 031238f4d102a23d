import { beforeEach, expect, test } from 'vitest';
import type { ModelIndex } from '../../../web/src/models/files.ts';
import { openEncoder, type Surroundings } from '../../../web/src/models/tab.ts';
import { encoderFiles, weights } from './encoder-files.ts';
import { FakeCaches } from './fake-cache.ts';
import { sha256 } from './fake-hub.ts';

const half = weights.slice(0, 1000);
const published = { ...encoderFiles(), 'model.f16.safetensors': half };

/** A network of one server and one hub; each can be away. */
let server: { base: string; models: Record<string, Record<string, Uint8Array<ArrayBuffer>>> } | undefined;
let hub: Record<string, Record<string, Uint8Array<ArrayBuffer>>> | undefined;
let requests: string[];
let spoil: (name: string, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
let caches: FakeCaches;
let messages: string[];

beforeEach(() => {
  server = { base: 'http://localhost:8787/', models: { 'minilm-l6': published } };
  hub = { 'someone/encoder': encoderFiles() };
  requests = [];
  spoil = (_name, bytes) => bytes;
  caches = new FakeCaches();
  messages = [];
});

const list = (files: Record<string, Uint8Array<ArrayBuffer>>): ModelIndex['models'][number]['files'] =>
  Object.entries(files)
    .filter(([name]) => /^(config|tokenizer.*|model.*)\.(json|safetensors)$/.test(name))
    .map(([name, bytes]) => ({ name, size: bytes.byteLength, sha256: sha256(bytes) }));

async function fakeFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  requests.push(url.href);
  const at = (base: string): string | undefined => (url.href.startsWith(base) ? url.pathname.slice(new URL(base).pathname.length) : undefined);
  const path = server && at(server.base);
  if (path === 'models/index.json') return Response.json({ models: Object.entries(server!.models).map(([id, files]) => ({ id, files: list(files) })) });
  const [, id, name] = /^models\/([^/]+)\/([^/]+)$/.exec(path ?? '') ?? [];
  const bytes = (id && name && server!.models[id]?.[name]) || undefined;
  if (bytes) return ranged(spoil(name!, bytes), init);
  if (path === 'models/shipped.json') return Response.json({ models: [{ id: 'tiny', files: list(published) }] });
  if (path !== undefined) return new Response('<!doctype html>', { status: 404 });
  const onHub = hub && at('https://huggingface.co/');
  if (onHub === undefined) throw new TypeError('Failed to fetch');
  const repository = /^api\/models\/(.+)$/.exec(onHub)?.[1];
  if (repository) return hub![repository] ? Response.json({ sha: 'c0ffee', siblings: list(hub![repository]).map(({ name: rfilename, size, sha256: hash }) => ({ rfilename, size, lfs: { size, sha256: hash } })) }) : new Response('', { status: 401 });
  const file = /^(.+)\/resolve\/c0ffee\/(.+)$/.exec(onHub)!;
  return ranged(spoil(file[2]!, hub![file[1]!]![file[2]!]!), init);
}

function ranged(bytes: Uint8Array<ArrayBuffer>, init: RequestInit | undefined): Response {
  const start = Number(/\d+/.exec(new Headers(init?.headers).get('range') ?? '')?.[0] ?? 0);
  return start > 0 ? new Response(bytes.slice(start), { status: 206, headers: { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } }) : new Response(bytes);
}

function open(id: string, changes: Partial<Surroundings> = {}): ReturnType<typeof openEncoder> {
  const digest = (bytes: BufferSource): Promise<ArrayBuffer> => crypto.subtle.digest('SHA-256', bytes);
  const surroundings = { base: new URL(server?.base ?? 'http://localhost:8787/'), fetch: fakeFetch, caches: caches as unknown as CacheStorage, digest, ...changes };
  return openEncoder(id, ({ message }) => messages.push(message), undefined, surroundings);
}

test('this server comes before the hub, and the weights are whole', async () => {
  const model = await open('minilm-l6');
  expect(await model.read('model.safetensors')).toEqual(weights);
  expect(await model.read('vocab.txt')).toBeUndefined();
  expect(requests.every((url) => url.startsWith('http://localhost:8787/models/'))).toBe(true);
  expect(messages.join('\n')).not.toContain(' from ');
});

test('away from loopback the f16 weights come, under the name that readers ask for', async () => {
  server!.base = 'https://class.example/tagsmith/';
  const model = await open('minilm-l6');
  expect(await model.read('model.safetensors')).toEqual(half);
  expect(requests.some((url) => url.includes('/model.safetensors'))).toBe(false);
});

test('a second opening loads no file, and a file can be read twice', async () => {
  await open('minilm-l6');
  requests = [];
  const model = await open('minilm-l6');
  expect(requests).toEqual(['http://localhost:8787/models/index.json']);
  expect(await model.read('model.safetensors')).toEqual(await model.read('model.safetensors'));
});

test('what was loaded once works without any network', async () => {
  await open('someone/encoder');
  server = undefined;
  hub = undefined;
  const model = await open('someone/encoder');
  expect(await model.read('model.safetensors')).toEqual(weights);
});

test('the encoder that comes with the app needs no server: a browser that keeps the app has it at its own addresses', async () => {
  server!.models = { tiny: published };
  const withoutServer: typeof fetch = (input, init) => (new URL(input instanceof Request ? input.url : input).pathname === '/models/index.json' ? Promise.reject(new TypeError('Failed to fetch')) : fakeFetch(input, init));
  hub = undefined;
  const folder = await open('tiny', { fetch: withoutServer });
  expect(await folder.read('model.safetensors')).toEqual(weights);
  expect(requests.filter((url) => url.includes('?'))).toEqual([]);
});

test('what this server lacks comes from the hub, at the listed commit, and the page says so', async () => {
  await open('someone/encoder');
  expect(messages.join('\n')).toContain('Loading someone/encoder from huggingface.co: ');
  expect(requests).toContain('https://huggingface.co/someone/encoder/resolve/c0ffee/model.safetensors');
});

test('a host that answers everything with a page counts as one without models', async () => {
  const page: typeof fetch = (input, init) => (String(input).includes('index.json') ? Promise.resolve(new Response('<!doctype html>')) : fakeFetch(input as URL, init));
  const model = await open('someone/encoder', { fetch: page });
  expect(await model.read('model.safetensors')).toEqual(weights);
});

test('tampered weights are refused with both hashes and what to do', async () => {
  spoil = (name, bytes) => (name === 'model.safetensors' ? bytes.map((byte, i) => (i === 999 ? byte ^ 1 : byte)) : bytes);
  await expect(open('minilm-l6')).rejects.toMatchObject({ message: expect.stringMatching(/model\.safetensors from localhost:8787 is not the file it should be: SHA-256 \w+ expected, \w+ got/), advice: expect.stringContaining('Reload') });
  expect([...caches.entries.keys()].some((key) => key.includes('model.safetensors'))).toBe(false);
});

test('a kept copy that was damaged is said and loaded again', async () => {
  await open('minilm-l6');
  const key = [...caches.entries.keys()].find((entry) => entry.includes('model.safetensors'))!;
  caches.entries.set(key, weights.slice(0, 5000));
  const model = await open('minilm-l6');
  expect(messages).toContain(`The kept copy of model.safetensors is damaged (${weights.length} bytes expected, 5000 got): loading it again`);
  expect(await model.read('model.safetensors')).toEqual(weights);
});

test('a transfer that ends early goes on where it stopped', async () => {
  let cuts = 1;
  spoil = (name, bytes) => (name === 'model.safetensors' && cuts-- > 0 ? bytes.slice(0, 60_000) : bytes);
  const model = await open('minilm-l6');
  expect(await model.read('model.safetensors')).toEqual(weights);
});

test('without a place to keep it the encoder still opens, and says so', async () => {
  const model = await open('minilm-l6', { caches: undefined, digest: undefined });
  expect(await model.read('model.safetensors')).toEqual(weights);
  expect(await model.read('model.safetensors')).toEqual(weights);
  expect(messages.join('\n')).toMatch(/could not be checked against its SHA-256[^]*keeps nothing here/);
});

test('a full disk is said, and the encoder opens', async () => {
  caches.capacity = 5000;
  const model = await open('minilm-l6');
  expect(await model.read('model.safetensors')).toEqual(weights);
  expect(messages.join('\n')).toContain('no room to keep model.safetensors');
});

test('weights that this server had and the disk had no room for come from the hub once the server has them no more', async () => {
  server!.models['someone--encoder'] = encoderFiles();
  caches.capacity = 5000;
  expect(await (await open('someone/encoder')).read('model.safetensors')).toEqual(weights);
  delete server!.models['someone--encoder'];
  expect(await (await open('someone/encoder')).read('model.safetensors')).toEqual(weights);
  expect(requests.at(-1)).toContain('https://huggingface.co/someone/encoder/resolve/c0ffee/');
});

test('nowhere to be had: the message says where it was looked for and what to do', async () => {
  hub = undefined;
  await expect(open('roberta-base')).rejects.toMatchObject({ message: expect.stringContaining('neither on this server nor kept by the browser'), advice: expect.stringContaining('npm run models -- fetch roberta-base') });
});
