import { describe, expect, test } from 'vitest';
import { readEncoderConfig } from '../../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { readSafetensors, writeSafetensors, type NamedTensor, type WeightSource } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger, importEncoder, importTagger, initialiseHead } from '../../../wasm-models/weights/transfer.ts';
import { fixtureFolder, readJson } from '../../model-folders.ts';

async function load(name: string): Promise<{ config: ReturnType<typeof readEncoderConfig>; weights: WeightSource }> {
  const folder = fixtureFolder(`encoders/${name}`);
  return { config: readEncoderConfig(await readJson(folder, 'config.json')), weights: await openWeights(folder) };
}

const tensorsOf = (weights: WeightSource): NamedTensor[] => weights.names.map((name) => ({ name, shape: weights.shape(name), data: weights.read(name) }));
const fileOf = (tensors: NamedTensor[]): WeightSource => readSafetensors(writeSafetensors(tensors), 'model.safetensors');

describe.each(['bert', 'distilbert', 'roberta'])('a %s tagger saved by transformers', async (name) => {
  const { config, weights } = await load(name);
  const parameters = importTagger(config, 5, weights);

  test('comes out of import and export as it was, every tensor by name, shape and value', () => {
    const byName = (a: NamedTensor, b: NamedTensor): number => (a.name < b.name ? -1 : 1);
    expect(exportTagger(config, parameters).sort(byName)).toEqual(tensorsOf(weights).sort(byName));
  });

  test('has its queries, keys and values stacked', () => {
    const part = (kind: string): Float32Array => weights.read(weights.names.find((tensor) => tensor.includes('.layer.1.') && tensor.endsWith(`.${kind}.weight`))!);
    const [query, key, value] = name === 'distilbert' ? ['q_lin', 'k_lin', 'v_lin'] : ['query', 'key', 'value'];
    expect(parameters.get('encoder.layer.1.attention.qkv.weight')).toEqual(Float32Array.from([...part(query!), ...part(key!), ...part(value!)]));
  });

  test('gives its encoder without the head', () => {
    const encoder = importEncoder(config, weights);
    expect([...encoder.keys()]).toEqual([...parameters.keys()].filter((key) => !key.startsWith('head.')));
  });

  test('is read the same without the prefix of its names', () => {
    const bare = tensorsOf(weights).map((tensor) => ({ ...tensor, name: tensor.name.replace(`${name}.`, '') }));
    expect(importTagger(config, 5, fileOf(bare))).toEqual(parameters);
  });
});

test.each([
  ['bert-pretraining', 'poolers, two pretraining heads, position ids, gamma and beta'],
  ['distilbert-mlm', 'a masked language model head'],
  ['roberta-mlm', 'a masked language model head'],
])('%s, a file with %s, gives the encoder', async (name) => {
  const { config, weights } = await load(name);
  const encoder = importEncoder(config, weights);
  const word = weights.names.find((tensor) => tensor.endsWith('word_embeddings.weight'))!;
  expect(encoder.get('embeddings.word.weight')).toEqual(weights.read(word));
  const norm = weights.names.find((tensor) => /embeddings\.LayerNorm\.(weight|gamma)$/.test(tensor))!;
  expect(encoder.get('embeddings.norm.weight')).toEqual(weights.read(norm));
  expect(encoder.size).toBe(config.tokenTypes > 0 ? 29 : 28);
});

const bert = await load('bert');
const encoderTensors = tensorsOf(bert.weights).filter(({ name }) => !name.startsWith('classifier.'));
const extra = (name: string): NamedTensor => ({ name, shape: [2], data: new Float32Array(2) });

test('a tensor that no part of the encoder is known to be ends in an error with its name', () => {
  expect(() => importEncoder(bert.config, fileOf([...encoderTensors, extra('bert.encoder.layer.0.adapter.weight')]))).toThrow(
    'model.safetensors holds tensor bert.encoder.layer.0.adapter.weight, which belongs to no part of the bert encoder that its config.json describes.',
  );
});

test('a file with more layers than its config.json says is refused', () => {
  expect(() => importEncoder({ ...bert.config, layers: 1 }, fileOf(encoderTensors))).toThrow(/holds tensor bert\.encoder\.layer\.1\./);
});

test('missing tensors are named', () => {
  const some = encoderTensors.filter(({ name }) => !name.includes('layer.1.attention.self.'));
  expect(() => importEncoder(bert.config, fileOf(some))).toThrow(
    'model.safetensors lacks encoder.layer.1.attention.self.query.weight, encoder.layer.1.attention.self.key.weight, encoder.layer.1.attention.self.value.weight and 3 more tensors, which its config.json (bert) asks for.',
  );
});

test('a shape that its config.json doesn’t ask for is refused with both', () => {
  expect(() => importEncoder({ ...bert.config, vocabularySize: 60 }, fileOf(encoderTensors))).toThrow(
    'model.safetensors: tensor bert.embeddings.word_embeddings.weight has the shape [50, 32], expected [60, 32] by its config.json.',
  );
});

test('a head for another number of labels is refused', () => {
  expect(() => importTagger(bert.config, 7, bert.weights)).toThrow(/classifier\.bias has the shape \[5\], expected \[7\] by its config\.json/);
});

test('one parameter under two names is refused', () => {
  expect(() => importEncoder(bert.config, fileOf([...encoderTensors, { ...extra('embeddings.LayerNorm.beta'), shape: [32], data: new Float32Array(32) }]))).toThrow(
    /holds bert\.embeddings\.LayerNorm\.bias and embeddings\.LayerNorm\.beta, which are the same parameter|holds embeddings\.LayerNorm\.beta and bert\.embeddings\.LayerNorm\.bias/,
  );
});

test.each([NaN, Infinity])('a weight of %d is refused', (value) => {
  const damaged = encoderTensors.map((tensor) => ({ ...tensor, data: Float32Array.from(tensor.data) }));
  damaged[3]!.data[5] = value;
  expect(() => importEncoder(bert.config, fileOf(damaged))).toThrow(`tensor ${damaged[3]!.name} holds values that are infinite or not numbers`);
});

test('a parameter of the wrong length is not exported', () => {
  const parameters = importTagger(bert.config, 5, bert.weights);
  parameters.set('embeddings.norm.bias', new Float32Array(31));
  expect(() => exportTagger(bert.config, parameters)).toThrow('Parameter embeddings.norm.bias has 31 values, expected 32 for [32].');
});

test('a fresh head is N(0, 0.02) with bias 0, and the same for the same seed', () => {
  const head = initialiseHead(384, 19, 1);
  const weight = head.get('head.weight')!;
  const mean = weight.reduce((sum, value) => sum + value, 0) / weight.length;
  const deviation = Math.sqrt(weight.reduce((sum, value) => sum + (value - mean) ** 2, 0) / weight.length);
  expect(Math.abs(mean)).toBeLessThan((4 * 0.02) / Math.sqrt(weight.length));
  expect(Math.abs(deviation - 0.02)).toBeLessThan((4 * 0.02) / Math.sqrt(2 * weight.length));
  expect(head.get('head.bias')).toEqual(new Float32Array(19));
  expect(initialiseHead(384, 19, 1)).toEqual(head);
  expect(initialiseHead(384, 19, 2)).not.toEqual(head);
});
