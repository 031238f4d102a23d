import type { EncoderConfig, Pooling } from '../../../wasm-models/models/config.ts';
import { readEncoderConfig, readTaggerDescription } from '../../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import type { WeightSource } from '../../../wasm-models/weights/safetensors.ts';
import { importTagger } from '../../../wasm-models/weights/transfer.ts';
import { loadTokenizer } from '../encode/tokenizer.ts';
import { readJson } from '../train/encoder.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { checkLabels } from '../train/tagger.ts';
import { TrainingError } from '../train/training-error.ts';
import { folderOf } from './folder-of.ts';

type Json = Record<string, unknown>;

/** A tagger's files, read and held against each other. */
export interface TaggerParts {
  configJson: Json;
  config: EncoderConfig;
  labels: string[];
  pooling: Pooling;
  /** tokenizer.json. */
  tokenizer: Json;
  /** tokenizer_config.json; empty where there is none. */
  tokenizerConfig: Json;
  weights: WeightSource;
  /** By our names. */
  parameters: Map<string, Float32Array>;
}

/** Sub-tokens of a text that a tagger was trained with where nothing says so. */
const USUAL_WINDOW = 128;

/** The most sub-tokens of a text that a tagger takes at once, as it was trained. */
export async function windowOf(files: ModelFiles, { config }: Pick<TaggerParts, 'config'>, name = 'the tagger'): Promise<number> {
  const { maxTokens } = files['tagsmith.json'] ? await readJson(folderOf(files, name), 'tagsmith.json') : {};
  return Math.min(typeof maxTokens === 'number' && maxTokens >= 3 ? maxTokens : USUAL_WINDOW, config.maxPositions - config.positionOffset);
}

/**
 * Reads all of a tagger that can be wrong: configuration, labels, every weight, tokenizer. The configuration comes first and bounds the rest.
 * Throws a `ConfigError`, `WeightsError`, `TokenizerError` or `TrainingError` in words; `name` stands for the tagger in them.
 */
export async function readTaggerFiles(files: ModelFiles, name: string): Promise<TaggerParts> {
  const folder = folderOf(files, name);
  const configJson = await readJson(folder, 'config.json');
  const config = readEncoderConfig(configJson);
  const { labels, pooling } = readTaggerDescription(configJson);
  checkLabels(labels, name);
  await loadTokenizer(folder);
  const tokenizer = await readJson(folder, 'tokenizer.json');
  const tokenizerConfig = files['tokenizer_config.json'] ? await readJson(folder, 'tokenizer_config.json') : {};
  const known = vocabularySize(tokenizer);
  if (known > config.vocabularySize) {
    throw new TrainingError(
      `The tokenizer of ${name} gives token ids up to ${(known - 1).toLocaleString('en')}, but its word table has ${config.vocabularySize.toLocaleString('en')} rows by config.json.`,
      'tokenizer.json and config.json belong to different models: put the files of one model together.',
    );
  }
  const weights = await openWeights(folder);
  return { configJson, config, labels, pooling, tokenizer, tokenizerConfig, weights, parameters: importTagger(config, labels.length, weights) };
}

/** One more than the largest token id. */
function vocabularySize({ model, added_tokens: added }: Json): number {
  const { vocab } = (model ?? {}) as Json;
  let largest = -1;
  // Unigram's is a list of pairs, whose places are the ids.
  if (Array.isArray(vocab)) largest = vocab.length - 1;
  else for (const id of Object.values((vocab ?? {}) as Json)) largest = Math.max(largest, Number(id));
  if (Array.isArray(added)) for (const { id } of added as Json[]) largest = Math.max(largest, Number(id));
  return largest + 1;
}
