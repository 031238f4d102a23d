import { expect, test } from 'vitest';
import { readEncoderConfig, readTaggerDescription, writeTaggerConfig } from '../../../wasm-models/weights/encoder-config.ts';
import { fixtureFolder, readJson } from '../../model-folders.ts';

const bert = await readJson(fixtureFolder('encoders/bert'), 'config.json');
const distilbert = await readJson(fixtureFolder('encoders/distilbert'), 'config.json');
const roberta = await readJson(fixtureFolder('encoders/roberta'), 'config.json');

test('BERT’s config.json is read', () => {
  expect(readEncoderConfig(bert)).toEqual({
    architecture: 'bert', vocabularySize: 50, hiddenSize: 32, layers: 2, heads: 4, intermediateSize: 64, maxPositions: 20, positionOffset: 0,
    tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
  });
});

test('DistilBERT has no token types, and its own names for sizes', () => {
  expect(readEncoderConfig(distilbert)).toMatchObject({ architecture: 'distilbert', hiddenSize: 32, layers: 2, heads: 4, intermediateSize: 64, tokenTypes: 0, layerNormEpsilon: 1e-12 });
});

test('RoBERTa’s positions begin after its padding id', () => {
  expect(readEncoderConfig(roberta)).toMatchObject({ architecture: 'roberta', padTokenId: 1, positionOffset: 2, maxPositions: 22, tokenTypes: 1, layerNormEpsilon: 1e-5 });
});

test('XLM-R is read as RoBERTa and stays XLM-R when written', () => {
  const config = { ...roberta, model_type: 'xlm-roberta' };
  expect(readEncoderConfig(config).architecture).toBe('roberta');
  expect(writeTaggerConfig(config, { labels: ['O'], pooling: 'first' })).toMatchObject({ model_type: 'xlm-roberta', architectures: ['XLMRobertaForTokenClassification'] });
});

test.each([
  ['another kind of model', { ...bert, model_type: 'gpt2' }, 'config.json: model_type "gpt2" is not supported. Supported are bert, distilbert, roberta, xlm-roberta.'],
  ['no model type', {}, 'config.json: model_type undefined is not supported. Supported are bert, distilbert, roberta, xlm-roberta.'],
  ['the model type of an object’s own method', { model_type: 'constructor' }, 'config.json: model_type "constructor" is not supported. Supported are bert, distilbert, roberta, xlm-roberta.'],
  ['an approximate GELU', { ...bert, hidden_act: 'gelu_new' }, 'config.json: hidden_act "gelu_new" is not supported, only the exact "gelu".'],
  ['ReLU in DistilBERT', { ...distilbert, activation: 'relu' }, 'config.json: activation "relu" is not supported, only the exact "gelu".'],
  ['relative positions', { ...bert, position_embedding_type: 'relative_key' }, 'config.json: position_embedding_type "relative_key" is not supported, only "absolute".'],
  ['a decoder', { ...bert, is_decoder: true }, 'config.json: is_decoder is true; only encoders are supported.'],
  ['a missing size', { ...bert, hidden_size: undefined }, 'config.json: hidden_size is missing, expected a whole number above 0.'],
  ['a size that is text', { ...bert, num_hidden_layers: '6' }, 'config.json: num_hidden_layers is "6", expected a whole number above 0.'],
  ['heads that don’t divide the width', { ...bert, num_attention_heads: 5 }, 'config.json: a hidden size of 32 can\'t be divided among 5 attention heads.'],
  ['a dropout of 1', { ...bert, hidden_dropout_prob: 1 }, 'config.json: hidden_dropout_prob is 1, expected a rate from 0 to below 1.'],
  ['padding outside the vocabulary', { ...bert, pad_token_id: 50 }, 'config.json: pad_token_id 50 lies outside the vocabulary of 50.'],
  ['a list', [], 'config.json must hold a JSON object.'],
])('refused: %s', (_, json, message) => {
  expect(() => readEncoderConfig(json)).toThrow(message);
});

test('a tagger’s labels come in the order of their index', () => {
  const labels = Array.from({ length: 12 }, (_, index) => `L${index}`);
  const id2label = Object.fromEntries(labels.map((label, index) => [index, label]).reverse());
  expect(readTaggerDescription({ id2label })).toEqual({ labels, pooling: 'first' });
});

test('a tagger’s config.json says its labels and pooling and keeps the rest of the encoder’s', () => {
  const written = writeTaggerConfig({ ...bert, _name_or_path: 'somewhere' }, { labels: ['O', 'B-X', 'I-X'], pooling: 'mean' });
  expect(written).toMatchObject({ model_type: 'bert', architectures: ['BertForTokenClassification'], label2id: { O: 0, 'B-X': 1, 'I-X': 2 }, initializer_range: 0.02 });
  expect(written).not.toHaveProperty('_name_or_path');
  expect(readTaggerDescription(written)).toEqual({ labels: ['O', 'B-X', 'I-X'], pooling: 'mean' });
  expect(readEncoderConfig(written)).toEqual(readEncoderConfig(bert));
});

test.each([
  ['an encoder without a head', {}, /has no id2label: this is an encoder without a tagging head/],
  ['a gap in the labels', { id2label: { 0: 'O', 2: 'B-X' } }, /id2label holds 2 labels but none for 1/],
  ['an unknown pooling', { id2label: { 0: 'O' }, tagsmith: { pooling: 'max' } }, /tagsmith\.pooling is "max"/],
])('not read as a tagger: %s', (_, json, message) => {
  expect(() => readTaggerDescription(json)).toThrow(message);
});
