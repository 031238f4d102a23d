import type { Architecture, EncoderConfig, Pooling } from '../models/config.ts';

type Json = Record<string, unknown>;

/** A configuration this program can't run: what is in the way, and what would do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** `model_type` of a config.json → the architecture it is; XLM-R is RoBERTa's shape with another vocabulary. */
const ARCHITECTURES: Record<string, Architecture> = { bert: 'bert', distilbert: 'distilbert', roberta: 'roberta', 'xlm-roberta': 'roberta' };

/** Names by which transformers knows x · Φ(x); the tanh approximations differ from it in the fourth digit. */
const EXACT_GELU = ['gelu', 'gelu_python'];

/** Far beyond any encoder of these kinds: a config.json that asks for more is damaged, or meant to do harm. */
const LARGEST_SIZE = 10_000_000;
const MOST_LAYERS = 200;
const MOST_LABELS = 10_000;

/** Reads a Hugging Face `config.json`. Throws a `ConfigError` for an encoder of another kind or a damaged file. */
export function readEncoderConfig(json: unknown): EncoderConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ConfigError('config.json must hold a JSON object.');
  const config = json as Json;
  const type = config['model_type'];
  const architecture = typeof type === 'string' && Object.hasOwn(ARCHITECTURES, type) ? ARCHITECTURES[type] : undefined;
  if (!architecture) {
    throw new ConfigError(`config.json: model_type ${JSON.stringify(type)} is not supported. Supported are ${Object.keys(ARCHITECTURES).join(', ')}.`);
  }
  const encoder = architecture === 'distilbert' ? readDistilbert(config) : readBert(config, architecture);
  if (encoder.hiddenSize % encoder.heads !== 0) {
    throw new ConfigError(`config.json: a hidden size of ${encoder.hiddenSize} can't be divided among ${encoder.heads} attention heads.`);
  }
  if (encoder.padTokenId >= encoder.vocabularySize) {
    throw new ConfigError(`config.json: pad_token_id ${encoder.padTokenId} lies outside the vocabulary of ${encoder.vocabularySize}.`);
  }
  if (encoder.positionOffset >= encoder.maxPositions) {
    throw new ConfigError(`config.json: max_position_embeddings ${encoder.maxPositions} leaves no position after the first ${encoder.positionOffset} rows.`);
  }
  return encoder;
}

function readBert(config: Json, architecture: 'bert' | 'roberta'): EncoderConfig {
  requireActivation(config, 'hidden_act');
  const positions = config['position_embedding_type'] ?? 'absolute';
  if (positions !== 'absolute') throw new ConfigError(`config.json: position_embedding_type ${JSON.stringify(positions)} is not supported, only "absolute".`);
  if (config['is_decoder'] === true) throw new ConfigError('config.json: is_decoder is true; only encoders are supported.');
  const roberta = architecture === 'roberta';
  const padTokenId = count(config, 'pad_token_id', roberta ? 1 : 0);
  return {
    architecture,
    vocabularySize: size(config, 'vocab_size'),
    hiddenSize: size(config, 'hidden_size'),
    layers: layers(config, 'num_hidden_layers'),
    heads: size(config, 'num_attention_heads'),
    intermediateSize: size(config, 'intermediate_size'),
    maxPositions: size(config, 'max_position_embeddings'),
    positionOffset: roberta ? padTokenId + 1 : 0,
    tokenTypes: size(config, 'type_vocab_size', 2),
    layerNormEpsilon: positive(config, 'layer_norm_eps', 1e-12),
    hiddenDropout: rate(config, 'hidden_dropout_prob'),
    attentionDropout: rate(config, 'attention_probs_dropout_prob'),
    padTokenId,
  };
}

function readDistilbert(config: Json): EncoderConfig {
  requireActivation(config, 'activation');
  return {
    architecture: 'distilbert',
    vocabularySize: size(config, 'vocab_size'),
    hiddenSize: size(config, 'dim'),
    layers: layers(config, 'n_layers'),
    heads: size(config, 'n_heads'),
    intermediateSize: size(config, 'hidden_dim'),
    maxPositions: size(config, 'max_position_embeddings'),
    positionOffset: 0,
    tokenTypes: 0,
    layerNormEpsilon: 1e-12, // fixed in the published implementation
    hiddenDropout: rate(config, 'dropout'),
    attentionDropout: rate(config, 'attention_dropout'),
    padTokenId: count(config, 'pad_token_id', 0),
  };
}

function requireActivation(config: Json, key: string): void {
  const activation = config[key] ?? 'gelu';
  if (typeof activation !== 'string' || !EXACT_GELU.includes(activation)) {
    throw new ConfigError(`config.json: ${key} ${JSON.stringify(activation)} is not supported, only the exact "gelu".`);
  }
}

function number(config: Json, key: string, fallback: number | undefined, accepts: (value: number) => boolean, expected: string): number {
  const value = config[key] ?? fallback;
  if (typeof value !== 'number' || !accepts(value)) throw new ConfigError(`config.json: ${key} is ${JSON.stringify(value) ?? 'missing'}, expected ${expected}.`);
  return value;
}

const size = (config: Json, key: string, fallback?: number, most = LARGEST_SIZE): number => {
  const value = number(config, key, fallback, (given) => Number.isSafeInteger(given) && given > 0, 'a whole number above 0');
  if (value > most) throw new ConfigError(`config.json: ${key} is ${value}; more than ${most.toLocaleString('en')} is not read.`);
  return value;
};
const layers = (config: Json, key: string): number => size(config, key, undefined, MOST_LAYERS);
const count = (config: Json, key: string, fallback: number): number =>
  number(config, key, fallback, (value) => Number.isSafeInteger(value) && value >= 0, 'a whole number from 0');
const positive = (config: Json, key: string, fallback: number): number => number(config, key, fallback, (value) => value > 0, 'a number above 0');
const rate = (config: Json, key: string): number => number(config, key, 0.1, (value) => value >= 0 && value < 1, 'a rate from 0 to below 1');

/** What a tagger's `config.json` says beyond its encoder. */
export interface TaggerDescription {
  labels: string[];
  pooling: Pooling;
}

/** Labels by index and the pooling of a tagger's `config.json`; taggers of other programs use each word's first sub-token. */
export function readTaggerDescription(json: unknown): TaggerDescription {
  const config = (json ?? {}) as Json;
  const byIndex = config['id2label'];
  if (typeof byIndex !== 'object' || byIndex === null) throw new ConfigError('config.json has no id2label: this is an encoder without a tagging head.');
  const count = Object.keys(byIndex).length;
  if (count > MOST_LABELS) throw new ConfigError(`config.json: id2label holds ${count.toLocaleString('en')} labels; more than ${MOST_LABELS.toLocaleString('en')} are not read.`);
  const labels = Array.from({ length: count }, (_, index) => (byIndex as Json)[String(index)]);
  const missing = labels.findIndex((label) => typeof label !== 'string');
  if (missing >= 0) throw new ConfigError(`config.json: id2label holds ${count} labels but none for ${missing}.`);
  const pooling = (config['tagsmith'] as Json | undefined)?.['pooling'] ?? 'first';
  if (pooling !== 'first' && pooling !== 'mean' && pooling !== 'sum') {
    throw new ConfigError(`config.json: tagsmith.pooling is ${JSON.stringify(pooling)}, expected "first", "mean" or "sum".`);
  }
  return { labels: labels as string[], pooling };
}

const CLASS_NAMES: Record<Architecture, string> = {
  bert: 'BertForTokenClassification',
  distilbert: 'DistilBertForTokenClassification',
  roberta: 'RobertaForTokenClassification',
};

/**
 * The `config.json` of a tagger as transformers reads it. `base` is the encoder's own config.json: what it says beyond
 * the keys written here (`initializer_range`, `bos_token_id`, XLM-R's model_type, …) is kept.
 */
export function writeTaggerConfig(base: Json, { labels, pooling }: TaggerDescription): Json {
  const encoder = readEncoderConfig(base);
  const xlm = base['model_type'] === 'xlm-roberta';
  const { _name_or_path: _, transformers_version: __, torch_dtype: ___, ...kept } = base;
  return {
    ...kept,
    architectures: [xlm ? 'XLMRobertaForTokenClassification' : CLASS_NAMES[encoder.architecture]],
    id2label: Object.fromEntries(labels.map((label, index) => [String(index), label])),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
    dtype: 'float32',
    tagsmith: { pooling },
  };
}
