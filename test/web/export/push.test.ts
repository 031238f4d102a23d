import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportTagger, packTagger } from '../../../web/src/export/export-tagger.ts';
import { PushError, pushArchive, type PushOrder } from '../../../web/src/export/push.ts';
import { repositoryFault } from '../../../web/src/export/repository-name.ts';
import type { ModelFiles } from '../../../web/src/train/protocol.ts';
import { openFakeHub, type FakeHub } from './fake-hub.ts';
import { smallTagger } from './small-tagger.ts';

const order: PushOrder = { repository: 'mara/harbour', hidden: true, token: 'hf_canary', existing: false };
let hub: FakeHub;
beforeEach(async () => (hub = await openFakeHub()) && undefined);
afterEach(() => hub.close());

async function archiveOf(files: ModelFiles): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of packTagger(files)) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
const refusal = async (given: Partial<PushOrder> = {}): Promise<PushError> => {
  const error: unknown = await pushArchive(await archiveOf({ 'config.json': new Uint8Array([123, 125]), 'model.safetensors': new Uint8Array(5000) }), { ...order, ...given }, () => {}, hub.url).then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(PushError);
  return error as PushError;
};

test('every file of the archive is in one commit of a private repository, large ones by their hash', async () => {
  const { files } = await exportTagger(await smallTagger());
  const shares: number[] = [];
  const address = await pushArchive(await archiveOf(files), order, (share) => shares.push(share), hub.url);
  expect(address).toBe('https://huggingface.co/mara/harbour/commit/c0ffee');
  expect(shares.length).toBeGreaterThan(1);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  expect(shares.at(-1)).toBeGreaterThan(0.9);
  const made = hub.asked.filter(({ path }) => path === '/api/repos/create').map(({ body }) => JSON.parse(body.toString()) as object);
  expect(made).toEqual([expect.objectContaining({ name: 'harbour', organization: 'mara', visibility: 'private', type: 'model' })]);
  const lines = hub.asked.find(({ path }) => path === '/api/models/mara/harbour/commit/main')!.body.toString().split('\n').map((line) => JSON.parse(line) as { key: string; value: { path: string; oid?: string; content?: string } });
  const committed = new Map(lines.flatMap(({ key, value }) => (key === 'header' ? [] : [[value.path, value]])));
  expect([...committed.keys()].sort()).toEqual(Object.keys(files).sort());
  for (const name of ['model.safetensors', 'onnx/model.onnx']) expect(committed.get(name)!.oid).toBe(createHash('sha256').update(files[name]!).digest('hex'));
  expect(Buffer.from(committed.get('config.json')!.content!, 'base64')).toEqual(Buffer.from(files['config.json']!));
});

test('the token goes to the hub and not to its storage, and an address holds it never', async () => {
  await pushArchive(await archiveOf({ 'config.json': new Uint8Array(2), 'model.safetensors': new Uint8Array(300_000).map((_, index) => (index * 7919) % 251) }), order, () => {}, hub.url);
  const storage = hub.asked.filter(({ path }) => path.startsWith('/v1/'));
  expect(storage.some(({ path }) => path.startsWith('/v1/xorbs/'))).toBe(true);
  expect(storage.map(({ authorization }) => authorization)).not.toContain('Bearer hf_canary');
  expect(hub.asked.filter(({ path }) => path.startsWith('/api/')).every(({ authorization }) => authorization === 'Bearer hf_canary')).toBe(true);
  expect(hub.asked.some(({ path, body }) => path.includes('hf_canary') || body.includes('hf_canary'))).toBe(false);
});

test('to a repository that exists nothing is sent until a commit is asked for', async () => {
  hub.refuse(/repos\/create/, 409);
  expect(await refusal()).toMatchObject({ exists: true, message: 'mara/harbour exists already.' });
  expect(hub.asked.map(({ path }) => path)).toEqual(['/api/repos/create']);
  hub.asked.length = 0;
  await pushArchive(await archiveOf({ 'config.json': new Uint8Array(2) }), { ...order, existing: true }, () => {}, hub.url);
  expect(hub.asked.some(({ path }) => path === '/api/repos/create')).toBe(false);
  expect(hub.asked.some(({ path }) => path.includes('/commit/'))).toBe(true);
});

test.each([
  ['a wrong token', /create/, 401, 'The hub does not know this token.', 'Access Tokens'],
  ['a token that may only read', /create/, 403, 'This token may not write to mara/harbour.', 'of mara or of a member'],
  ['a line that breaks', /create/, 0, 'The hub could not be reached, or the line broke.', 'Check the connection'],
  ['a hub in trouble', /commit/, 503, 'it answered 503. mara/harbour was made and has none of the files', 'Try again'],
  ['a commit at the same time', /commit/, 412, 'changed by somebody else', 'Push again, as a commit'],
  ['too much storage used', /batch/, 402, 'The hub refused the files: it answered 402.', 'Save the archive'],
  ['storage that breaks off', /^\/v1\//, 0, 'mara/harbour was made and has none of the files, or not all', 'save the archive instead'],
])('%s is said in words that repeat nothing of the hub’s', async (_, path, status, message, advice) => {
  hub.refuse(path, status);
  const error = await refusal();
  expect(error.message).toContain(message);
  expect(error.advice).toContain(advice);
  expect(JSON.stringify([error.message, error.advice, error.stack])).not.toContain('hf_canary');
});

test('names of repositories are looked at before anything is sent', () => {
  for (const name of ['mara/harbour', 'Mara-L/harbour_tagger.v2', `a/${'b'.repeat(96)}`]) expect(repositoryFault(name)).toBeNull();
  for (const name of ['harbour', 'a/b/c', '/b', 'a/']) expect(repositoryFault(name)).toBe('form');
  for (const name of ['mara/har bour', 'mara/-x', 'mara/x.', 'mara/a--b', 'mara/a..b', 'mara/x.git', `a/${'b'.repeat(97)}`, 'mara/hafen–wörter']) expect(repositoryFault(name)).toBe('letters');
});
