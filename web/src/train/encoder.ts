import type { EncoderConfig, Pooling } from '../../../wasm-models/models/config.ts';
import { readEncoderConfig, readTaggerDescription } from '../../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import type { WeightSource } from '../../../wasm-models/weights/safetensors.ts';
import { importEncoder, importHead } from '../../../wasm-models/weights/transfer.ts';
import type { ModelFolder } from '../encode/model-folder.ts';
import { loadTokenizer, type WordTokenizer } from '../encode/tokenizer.ts';
import { TrainingError } from './training-error.ts';

/** A published encoder in memory: what a training starts from. */
export interface Encoder {
  name: string;
  config: EncoderConfig;
  /** Its config.json as published; what we don't use of it goes into the tagger's. */
  configJson: Record<string, unknown>;
  tokenizer: WordTokenizer;
  /** By our names, with the whole word table. */
  parameters: Map<string, Float32Array>;
  /** Set where it is a tagger already. */
  head: KnownHead | null;
  folder: ModelFolder;
  /** SPDX id; undefined where nothing tells it. */
  licence: string | undefined;
}

/** A tagger's head: what it has learnt of each label. */
export interface KnownHead {
  labels: string[];
  pooling: Pooling;
  /** `head.weight` `[labels, hidden]` and `head.bias` `[labels]`. */
  parameters: Map<string, Float32Array>;
}

/** Reads config, weights and tokenizer of a model folder. `licence` is what is known of it elsewhere. */
export async function loadEncoder(folder: ModelFolder, licence?: string): Promise<Encoder> {
  const configJson = await readJson(folder, 'config.json');
  const config = readEncoderConfig(configJson);
  const [tokenizer, weights, card] = await Promise.all([loadTokenizer(folder), openWeights(folder), folder.read('README.md')]);
  const onCard = card && licenceOf(new TextDecoder().decode(card));
  return { name: folder.name, config, configJson, tokenizer, parameters: importEncoder(config, weights), head: knownHead(configJson, config, weights), folder, licence: licence ?? onCard };
}

function knownHead(configJson: Record<string, unknown>, config: EncoderConfig, weights: WeightSource): KnownHead | null {
  if (!configJson['id2label'] || !weights.has('classifier.weight')) return null;
  const { labels, pooling } = readTaggerDescription(configJson);
  const parameters = importHead(config, labels.length, weights);
  return parameters && { labels, pooling, parameters };
}

/** A JSON object among a model's files; its absence ends the run. */
export async function readJson(folder: ModelFolder, file: string): Promise<Record<string, unknown>> {
  const bytes = await folder.read(file);
  if (!bytes) throw new TrainingError(`${folder.name} has no ${file}.`, 'Choose a model folder as the Hugging Face hub lays it out, or fetch the model again.');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new TrainingError(`${file} of ${folder.name} is damaged (${(error as Error).message}).`, 'Fetch the model again.', { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TrainingError(`${file} of ${folder.name} is damaged: it holds no JSON object.`, 'Fetch the model again.');
  return json as Record<string, unknown>;
}

/** `license:` of a model card's front matter. */
function licenceOf(card: string): string | undefined {
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1];
  return frontMatter && /^license:\s*["']?([\w.-]+)/m.exec(frontMatter)?.[1];
}
