import { beforeEach, describe, expect, it } from 'vitest';
import { hubFiles, listHubDataset, parseHubReference } from '../../../../web/src/dataset/formats/hub-dataset.ts';
import type { HubAccess } from '../../../../web/src/dataset/formats/hub-download.ts';
import { readAll } from './offered.ts';
import { json, show } from './stream.ts';

interface Repository {
  files: Record<string, string>;
  /** Of the branch with what the hub converted. */
  converted?: Record<string, string>;
  card?: unknown;
  gated?: string | false;
}

/** A hub as `fetch` sees it: listings of data sets, and files with ranges. */
let repositories: Record<string, Repository>;
let requests: string[];
/** Ends a transfer after so many bytes, this many times. */
let cut: { bytes: number; times: number };
let status: number | 'offline' | undefined;

beforeEach(() => {
  repositories = {};
  requests = [];
  cut = { bytes: 0, times: 0 };
  status = undefined;
});

const sizes = (files: Record<string, string>): unknown[] => Object.entries(files).map(([rfilename, content]) => ({ rfilename, size: new TextEncoder().encode(content).length }));

const fetch: HubAccess['fetch'] = async (input, init) => {
  const url = new URL(input as string);
  const range = new Headers(init?.headers).get('range');
  requests.push([decodeURIComponent(url.pathname), range].filter(Boolean).join(' '));
  if (status === 'offline') throw new TypeError('Failed to fetch');
  if (status) return new Response('', { status });
  const [, id, revision] = /^\/api\/datasets\/([^/]+(?:\/(?!revision)[^/]+)?)(?:\/revision\/([^/]+))?$/.exec(url.pathname) ?? [];
  const named = Object.keys(repositories).find((name) => name === id || name.endsWith(`/${id}`));
  if (id) {
    const repository = named === undefined ? undefined : repositories[named];
    const files = decodeURIComponent(revision ?? '') === 'refs/convert/parquet' ? repository?.converted : repository?.files;
    if (!repository || !files) return new Response('{"error":"Repository not found"}', { status: 401 });
    return Response.json({ id: named, sha: files === repository.converted ? 'c0de' : 'c0ffee', gated: repository.gated ?? false, cardData: repository.card, siblings: sizes(files) });
  }
  const [, owner, sha, path] = /^\/datasets\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname)!;
  const repository = repositories[owner!]!;
  if (repository.gated) return new Response('', { status: 401 });
  const content = (sha === 'c0de' ? repository.converted! : repository.files)[decodeURIComponent(path!)];
  if (content === undefined) return new Response('', { status: 404 });
  const start = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
  const bytes = new TextEncoder().encode(content).subarray(start);
  const whole = cut.times-- <= 0;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(whole ? bytes : bytes.subarray(0, cut.bytes));
      if (whole) controller.close();
    },
    pull: (controller) => controller.error(new TypeError('network error')),
  });
  return new Response(body, { status: start > 0 ? 206 : 200 });
};

const list = (reference: string, config?: string): ReturnType<typeof listHubDataset> => listHubDataset(reference, { fetch }, config);
const conll = 'Ana\tB-x\nleft\tO\n\n';

describe('the name of a data set', () => {
  it.each([
    ['owner/name', { id: 'owner/name' }],
    [' conll2003 ', { id: 'conll2003' }],
    ['owner/name@v1.0', { id: 'owner/name', revision: 'v1.0' }],
    ['https://huggingface.co/datasets/owner/name', { id: 'owner/name' }],
    ['huggingface.co/datasets/owner/name/tree/refs%2Fpr%2F1', { id: 'owner/name', revision: 'refs/pr/1' }],
    ['https://huggingface.co/datasets/owner/na-me.2/?library=x#y', { id: 'owner/na-me.2' }],
    ['', null],
    ['../x', null],
    ['a/b/c', null],
    ['a b', null],
    ['owner/name?x@y', { id: 'owner/name' }],
  ])('%s', (reference, expected) => expect(parseHubReference(reference)).toEqual(expected));
});

describe('what a data set on the hub has to import', () => {
  it('is the Parquet of its repository, with splits, sizes and licence, pinned to a commit', async () => {
    repositories['owner/name'] = { files: { 'README.md': 'About', 'data/train-00000-of-00001.parquet': 'abc', 'data/validation-00000-of-00001.parquet': 'd', 'raw/train.txt': 'x' }, card: { license: 'cc-by-4.0' } };
    expect(await list('name')).toEqual({
      id: 'owner/name',
      revision: 'c0ffee',
      config: 'default',
      configs: ['default'],
      files: [
        { name: 'data/train-00000-of-00001.parquet', size: 3, split: 'train' },
        { name: 'data/validation-00000-of-00001.parquet', size: 1, split: 'dev' },
      ],
      companions: [],
      licence: 'cc-by-4.0',
      size: 4,
    });
    expect(requests).toEqual(['/api/datasets/name']);
  });

  it('is what the hub made of it where it has no Parquet of its own, by configuration', async () => {
    repositories['owner/name'] = { files: { 'name.py': 'code', 'train.txt': conll }, converted: { 'de/train/0000.parquet': 'a', 'en/partial-train/0000.parquet': 'b', 'en/test/0000.parquet': 'c' } };
    expect(await list('owner/name')).toMatchObject({ revision: 'c0de', config: 'de', configs: ['de', 'en'], files: [{ name: 'de/train/0000.parquet', split: 'train' }] });
    expect((await list('owner/name', 'en')).files.map(({ name, split }) => [name, split])).toEqual([['en/partial-train/0000.parquet', 'train'], ['en/test/0000.parquet', 'test']]);
    await expect(list('owner/name', 'fr')).rejects.toThrow('owner/name has no file that can be imported: neither Parquet nor JSON Lines, CoNLL, CSV or text of a configuration fr.');
  });

  it('is what its card says', async () => {
    const configs = [
      { config_name: 'small', data_files: 's/*.jsonl' },
      { config_name: 'large', default: true, data_files: [{ split: 'train', path: ['l/**/a.jsonl', 'l/b?.jsonl'] }, { split: 'validation', path: 'l/c.jsonl' }] },
    ];
    repositories['owner/name'] = { files: { 's/test.jsonl': '', 'l/x/y/a.jsonl': '', 'l/b1.jsonl': '', 'l/c.jsonl': '', 'l/d.jsonl': '', 'README.md': '' }, card: { configs, license: ['mit', 'other'] } };
    const { files, licence, companions, ...rest } = await list('owner/name');
    expect(files.map(({ name, split }) => `${name} ${split}`).sort()).toEqual(['l/b1.jsonl train', 'l/c.jsonl dev', 'l/x/y/a.jsonl train']);
    expect([licence, companions.map(({ name }) => name), rest.config, rest.configs]).toEqual(['mit, other', ['README.md'], 'large', ['small', 'large']]);
    expect((await list('owner/name', 'small')).files).toMatchObject([{ name: 's/test.jsonl', split: 'test' }]);
  });

  it('is read through the same import, with the names of its class labels', async () => {
    const card = "---\ndataset_info:\n  features:\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n          '0': O\n          '1': B-x\n---\n";
    repositories['owner/name'] = { files: { 'README.md': card, 'a train ü.jsonl': json({ tokens: ['Ana'], ner_tags: [1] }), 'test.jsonl': json({ tokens: ['Bo'], ner_tags: [0] }) } };
    const dataset = await list('owner/name@main');
    const { documents, reports } = await readAll(hubFiles(dataset, { fetch }));
    expect(show(documents)).toEqual(['[Ana:x]', 'Bo']);
    expect(documents.map(({ split }) => split)).toEqual(['train', 'test']);
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    expect(requests.filter((request) => request.includes('.jsonl'))).toEqual(['/datasets/owner/name/resolve/c0ffee/a train ü.jsonl', '/datasets/owner/name/resolve/c0ffee/test.jsonl']);
    expect(await readAll(hubFiles(dataset, { fetch }, dataset.files.slice(1)))).toMatchObject({ documents: [{ text: 'Bo' }] });
  });
});

describe('a data set that cannot be had says why and what to do', () => {
  it.each<[string, Repository | undefined, typeof status, string]>([
    ['not there', undefined, undefined, 'The hub has no data set owner/name that is open to everyone. Check the spelling (owner/name)'],
    ['gated', { files: {}, gated: 'auto' }, undefined, 'The hub gives owner/name only to those who agree to its terms.'],
    ['forbidden', { files: {} }, 403, 'The hub gives owner/name only to those who agree to its terms.'],
    ['without a usable file', { files: { 'README.md': '', 'model.py': '', 'image.png': '' } }, undefined, 'owner/name has no file that can be imported'],
    ['too many questions', { files: {} }, 429, 'Try again in a few minutes.'],
    ['a broken hub', { files: {} }, 500, 'The hub answered 500 when asked for owner/name.'],
    ['offline', { files: {} }, 'offline', "The Hugging Face hub can't be reached."],
  ])('%s', async (_, repository, answer, message) => {
    if (repository) repositories['owner/name'] = repository;
    status = answer;
    await expect(list('owner/name')).rejects.toThrow(message);
  });

  it('of a name that is none', async () => {
    await expect(list('no such/thing/here')).rejects.toThrow('"no such/thing/here" is no name of a data set on the hub. Expected owner/name');
    expect(requests).toEqual([]);
  });
});

describe('a file of the hub', () => {
  const open = async (): Promise<ReturnType<typeof hubFiles>> => {
    repositories['owner/name'] = { files: { 'train.conll': conll.repeat(3) } };
    return hubFiles(await list('owner/name'), { fetch });
  };

  it('that breaks off goes on where it stopped', { timeout: 20_000 }, async () => {
    const files = await open();
    cut = { bytes: 20, times: 1 };
    expect((await readAll(files)).documents).toHaveLength(3);
    expect(requests.at(-1)).toBe('/datasets/owner/name/resolve/c0ffee/train.conll bytes=20-');
  });

  it.each<[string, () => void, string]>([
    ['that was taken away', () => (status = 404), 'The hub has no file train.conll any more.'],
    ['that became gated', () => (status = 403), 'The hub gives train.conll only to those who were granted access.'],
    ['that breaks off again and again', () => (cut = { bytes: 5, times: 9 }), 'train.conll from the hub broke off (network error). Check the connection'],
  ])('%s says so', { timeout: 20_000 }, async (_, spoil, message) => {
    const files = await open();
    spoil();
    await expect(readAll(files)).rejects.toThrow(message);
  });
});
