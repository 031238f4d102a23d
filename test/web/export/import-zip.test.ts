import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors, type NamedTensor } from '../../../wasm-models/weights/safetensors.ts';
import { concatenate } from '../../../web/src/dataset/formats/bytes.ts';
import { exportTagger, packTagger } from '../../../web/src/export/export-tagger.ts';
import { importTaggerZip, MODEL_ZIP_LIMITS } from '../../../web/src/export/import-zip.ts';
import type { ModelFiles } from '../../../web/src/train/protocol.ts';
import { archive } from '../dataset/formats/hostile-zips.ts';
import { smallTagger } from './small-tagger.ts';

let tagger: ModelFiles;
let packed: Uint8Array;

beforeAll(async () => {
  tagger = (await exportTagger(await smallTagger(), { int8: true })).files;
  packed = await pack(tagger);
});

async function pack(files: ModelFiles): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of packTagger(files)) parts.push(part);
  return concatenate(parts);
}

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const json = (name: string): Record<string, unknown> => JSON.parse(new TextDecoder().decode(tagger[name])) as Record<string, unknown>;
const config = (changes: Record<string, unknown>): ModelFiles => ({ ...tagger, 'config.json': bytes({ ...json('config.json'), ...changes }) });

/** The weights with some tensors changed. */
function weights(change: (tensor: NamedTensor) => NamedTensor[]): ModelFiles {
  const source = readSafetensors(tagger['model.safetensors']!, 'weights');
  const tensors = source.names.flatMap((name) => change({ name, shape: source.shape(name), data: source.read(name) }));
  return { ...tagger, 'model.safetensors': writeSafetensors(tensors) };
}
const spoilt = (value: number): ModelFiles =>
  weights((tensor) => {
    if (tensor.name.endsWith('query.bias')) tensor.data[3] = value;
    return [tensor];
  });
const renamed = (prefix: string, files = tagger): { name: string; content: Uint8Array }[] => Object.entries(files).map(([name, content]) => ({ name: prefix + name, content }));

async function refusal(zip: Uint8Array | Blob): Promise<string> {
  const error: unknown = await importTaggerZip(zip, 'x.zip').then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('It was taken.');
  return error.message;
}

test('an exported tagger comes back as it was, models for other runtimes left out', async () => {
  const files = await importTaggerZip(new Blob([packed as Uint8Array<ArrayBuffer>]), 'x.zip');
  const own = Object.keys(tagger).filter((name) => !name.startsWith('onnx/'));
  expect(Object.keys(files).sort()).toEqual(own.sort());
  for (const name of own) expect(Buffer.compare(files[name]!, tagger[name]!)).toBe(0);
});

test('no file keeps the archive in memory', async () => {
  const files = await importTaggerZip(packed, 'x.zip');
  for (const file of Object.values(files)) expect(file.buffer).not.toBe(packed.buffer);
});

test('the folder may be packed with its name, beside checkpoints and other files of a trainer', async () => {
  const { 'README.md': _, 'tagsmith.json': __, ...foreign } = tagger;
  const zip = archive([...renamed('results/', foreign), ...renamed('results/checkpoint-60/', foreign), { name: 'results/training_args.bin', content: 'x' }, { name: '__MACOSX/config.json', content: 'x' }]);
  const files = await importTaggerZip(zip, 'x.zip');
  expect(Object.keys(files).sort()).toEqual(Object.keys(foreign).filter((name) => !name.startsWith('onnx/')).sort());
});

describe('an archive is refused in words:', () => {
  const cut = (share: number) => (): Uint8Array => packed.subarray(0, Math.floor(packed.length * share));
  const cases: Record<string, [zip: () => Uint8Array | Promise<Uint8Array>, words: string | RegExp]> = {
    'no archive': [() => bytes('Ana\tB-person\n'), 'x.zip is no ZIP archive.'],
    empty: [() => new Uint8Array(), 'x.zip is no ZIP archive.'],
    'cut off in the middle': [cut(0.5), 'x.zip is damaged: its end is missing, where a ZIP archive lists its files. Was the download complete?'],
    'cut off at its list': [cut(0.9999), /^x\.zip is damaged: its end is missing/],
    'a byte of the weights changed': [() => packed.with(Math.floor(packed.length * 0.4), packed.at(Math.floor(packed.length * 0.4))! ^ 1), /^x\.zip is damaged: .* is not what was packed/],
    'texts, no model': [() => archive([{ name: 'train.conll', content: 'Ana\tB-person\n' }]), 'x.zip holds no config.json: it is no model.'],
    'a folder that leads out': [() => archive(renamed('../')), 'x.zip holds no config.json: it is no model.'],
    'a path from the root': [() => archive(renamed('/')), 'x.zip holds no config.json: it is no model.'],
    'a path with backslashes': [() => archive(renamed('..\\')), 'x.zip holds no config.json: it is no model.'],
    'two models': [() => archive([...renamed('a/'), ...renamed('b/')]), 'x.zip holds 2 models, in a/, b/.'],
    'a file twice': [() => archive([...renamed(''), { name: 'config.json', content: '{}' }]), 'config.json in x.zip is there twice.'],
    encrypted: [() => archive(renamed('').map((entry) => ({ ...entry, flags: 0x801 }))), /^\S+ in x\.zip is encrypted\.$/],
    'packed in another way': [() => archive(renamed('').map((entry) => ({ ...entry, method: 12 }))), /^\S+ in x\.zip is packed by method 12/],
    'weights of 1 GB out of 1 MB': [() => archive([{ name: 'config.json', content: tagger['config.json']! }, { name: 'model.safetensors', deflated: deflateRawSync(Buffer.alloc(8 << 20)), size: 1 << 30 }]), /^model\.safetensors in x\.zip would become [\d,]+ times its size, as no file of a model does\.$/],
    'weights that say they are short': [() => archive([{ name: 'config.json', content: tagger['config.json']! }, { name: 'model.safetensors', deflated: deflateRawSync(Buffer.alloc(1 << 20)), size: 1000 }]), 'x.zip is damaged: model.safetensors unpacks to more than the 1000 bytes it says.'],
    'a card of 16 MB': [() => archive([{ name: 'config.json', content: '{}' }, { name: 'README.md', deflated: deflateRawSync(Buffer.alloc(1 << 20)), size: 16 << 20 }]), 'README.md in x.zip says it has 16,777,216 bytes; up to 4,194,304 are read.'],
    'no weights': [() => archive(renamed('', withoutFile('model.safetensors'))), /^x\.zip has no model\.safetensors\./],
    'no tokenizer': [() => archive(renamed('', withoutFile('tokenizer.json'))), /^x\.zip has no tokenizer\.json\./],
  };
  test.each(Object.entries(cases))('%s', async (_, [zip, words]) => {
    expect(await refusal(await zip())).toMatch(words);
  });

  test('one that is larger than what is read', async () => {
    await expect(importTaggerZip(packed, 'x.zip', { ...MODEL_ZIP_LIMITS, bytes: 1000 })).rejects.toThrow(/^x\.zip has [\d,]+ bytes; archives up to 1,000 are read\.$/);
    await expect(importTaggerZip(packed, 'x.zip', { ...MODEL_ZIP_LIMITS, totalBytes: 1000 })).rejects.toThrow('The files in x.zip have more than 1,000 bytes together.');
    await expect(importTaggerZip(packed, 'x.zip', { ...MODEL_ZIP_LIMITS, entries: 3 })).rejects.toThrow(/^x\.zip has \d+ entries: more than 3 are not read\.$/);
  });
});

function withoutFile(name: string): ModelFiles {
  return Object.fromEntries(Object.entries(tagger).filter(([file]) => file !== name));
}

describe('a model is refused in words:', () => {
  const labels = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, index) => [index, index === 0 ? 'O' : `B-${index}`]));
  const cases: Record<string, [files: () => ModelFiles, words: string | RegExp]> = {
    'a configuration that is no JSON': [() => ({ ...tagger, 'config.json': bytes('{"model_type": "bert"') }), /^config\.json of x\.zip is damaged/],
    'a configuration that is a list': [() => ({ ...tagger, 'config.json': bytes([]) }), 'config.json of x.zip is damaged: it holds no JSON object.'],
    'ten thousand labels and one': [() => config({ id2label: labels(10_001) }), 'config.json: id2label holds 10,001 labels; more than 10,000 are not read.'],
    'a million labels': [() => ({ ...tagger, 'config.json': bytes(`{"id2label":{${'"123456":"B-123456",'.repeat(1_000_000)}"0":"O"}}`) }), /^config\.json in x\.zip says it has [\d,]+ bytes; up to 16,777,216 are read\.$/],
    'another kind of model': [() => config({ model_type: 'gpt2' }), 'config.json: model_type "gpt2" is not supported. Supported are bert, distilbert, roberta, xlm-roberta.'],
    'an encoder without a head': [() => config({ id2label: undefined }), 'config.json has no id2label: this is an encoder without a tagging head.'],
    'a classifier of texts': [() => config({ id2label: { 0: 'POSITIVE', 1: 'NEGATIVE' } }), 'config.json of x.zip has the label "POSITIVE"; a tagger\'s labels are O and B-type, I-type (or E-, S-).'],
    'a thousand million layers': [() => config({ num_hidden_layers: 1e9 }), 'config.json: num_hidden_layers is 1000000000; more than 200 is not read.'],
    'a vocabulary of 10¹² words': [() => config({ vocab_size: 1e12 }), 'config.json: vocab_size is 1000000000000; more than 10,000,000 is not read.'],
    'more labels than its head has': [() => config({ id2label: labels(7) }), 'tensor classifier.bias has the shape [5], expected [7] by its config.json.'],
    'wider weights than its configuration': [() => config({ intermediate_size: 256 }), /: tensor .*intermediate\.dense\.\w+ has the shape \[128.*\], expected \[256.*\] by its config\.json\.$/],
    'a weight that is no number': [() => spoilt(NaN), /: tensor .*query\.bias holds values that are infinite or not numbers\. Fetch the model again\.$/],
    'an infinite weight': [() => spoilt(-Infinity), /: tensor .*query\.bias holds values that are infinite or not numbers/],
    'a tensor missing': [() => weights((tensor) => (tensor.name === 'classifier.weight' ? [] : [tensor])), /lacks classifier\.weight, which its config\.json \(bert\) asks for\.$/],
    'a tensor of something else': [() => weights((tensor) => (tensor.name === 'classifier.weight' ? [tensor, { ...tensor, name: 'crf.transitions' }] : [tensor])), /holds tensor crf\.transitions, which belongs to no part/],
    'weights cut off': [() => ({ ...tagger, 'model.safetensors': tagger['model.safetensors']!.subarray(0, 100_000) }), /^model\.safetensors of x\.zip is cut off in tensor/],
    'weights that are something else': [() => ({ ...tagger, 'model.safetensors': bytes('PK not really weights, but text') }), /^model\.safetensors of x\.zip is no safetensors file/],
    'the tokenizer of a larger model': [() => ({ ...tagger, 'tokenizer.json': bytes({ ...json('tokenizer.json'), added_tokens: [{ id: 30_521, content: 'x' }] }) }), 'The tokenizer of x.zip gives token ids up to 30,521, but its word table has 1,588 rows by config.json.'],
    'a tokenizer that is none': [() => ({ ...tagger, 'tokenizer.json': bytes({ model: null }) }), /^tokenizer\.json of x\.zip can't be used/],
    'a damaged tagsmith.json': [() => ({ ...tagger, 'tagsmith.json': bytes('{') }), /^tagsmith\.json of x\.zip is damaged/],
  };
  test.each(Object.entries(cases))('%s', async (_, [files, words]) => {
    expect(await refusal(archive(renamed('', files())))).toMatch(words);
  });
});

const MADE_FOR_PEOPLE = /^(?:ModelZip|Config|Weights|Tokenizer|Training)Error$/;

test('spoilt bytes give the tagger or a refusal made for people, never an accident', async () => {
  const small = await pack(Object.fromEntries(Object.entries(tagger).filter(([name]) => !name.startsWith('onnx/'))));
  const list = small.length - 1200;
  const place = fc.oneof(fc.nat(small.length - 1), fc.integer({ min: list, max: small.length - 1 }), fc.nat(3000));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.boolean(), async (changes, isStored) => {
      // Beside the archive's own bytes those of a file in it, which no checksum guards.
      const spoil = (content: Uint8Array): Uint8Array => {
        const copy = content.slice();
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      };
      const names = Object.keys(tagger).filter((name) => name.endsWith('.json') || name === 'model.safetensors');
      const chosen = names[changes[0]![1] % names.length]!;
      const zip = isStored ? archive(renamed('', { ...tagger, [chosen]: spoil(tagger[chosen]!) })) : spoil(small);
      const error: unknown = await importTaggerZip(zip, 'x.zip').then(() => null, (reason: unknown) => reason);
      if (error instanceof Error) expect(error.name).toMatch(MADE_FOR_PEOPLE);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60), seed: 11 },
  );
});

test('any other value anywhere in a JSON file gives a tagger that can be exported, or a refusal made for people', async () => {
  const names = Object.keys(tagger).filter((name) => name.endsWith('.json'));
  const odd = fc.oneof(fc.constantFrom<unknown>(null, -1, 0, 1e308, 2.5, '', [], {}, [null], true, '__proto__'), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), odd, async (name, path, value) => {
      const root = { it: json(name) };
      let [holder, key]: [Record<string, unknown>, string] = [root, 'it'];
      for (const step of path) {
        const inner = holder[key];
        if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
        [holder, key] = [inner as Record<string, unknown>, Object.keys(inner)[step % Object.keys(inner).length]!];
      }
      holder[key] = value;
      const error: unknown = await importTaggerZip(archive(renamed('', { ...tagger, [name]: bytes(root.it) })), 'x.zip').then(exportTagger, (reason: unknown) => reason);
      if (error instanceof Error) expect(error.name, `${name} ${JSON.stringify(value)}`).toMatch(MADE_FOR_PEOPLE);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60), seed: 12 },
  );
});
