import { buildInference } from '../../../wasm-models/index.ts';
import { writeTaggerConfig } from '../../../wasm-models/weights/encoder-config.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger as publishedTensors } from '../../../wasm-models/weights/transfer.ts';
import { zip } from '../dataset/formats/zip.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { exportedCard } from './card.ts';
import { type Comparison, INT8_FILE, MODEL_FILE } from './compare.ts';
import { jsonFile } from './folder-of.ts';
import { pythonLoader } from './loader.ts';
import { readTaggerFiles, windowOf, type TaggerParts } from './tagger-parts.ts';
import { tokenizerFiles } from './tokenizer-files.ts';

export interface ExportOptions {
  /** Adds a model with weights as bytes. */
  int8?: boolean;
  /** Holds the two models against each other on labelled texts; what it finds goes into the card. */
  compare?: (files: ModelFiles, parts: TaggerParts) => Promise<Comparison>;
  /** Name of the data set it was made from. */
  dataset?: string | undefined;
}

export interface Exported {
  files: ModelFiles;
  comparison: Comparison | null;
}

/**
 * A tagger as a Hugging Face folder that other programs load: configuration, weights as float32, tokenizer, card, ONNX models and, where a word's
 * vector is not its first sub-token's, a loader in Python. Takes what a training gave, an imported tagger, or a folder made by transformers.
 * Throws in words where the files are no tagger; see `readTaggerFiles`.
 */
export async function exportTagger(given: ModelFiles, options: ExportOptions = {}): Promise<Exported> {
  const parts = await readTaggerFiles(given, 'the tagger');
  const { config, labels, pooling, parameters } = parts;
  const { auto_map: _, ...configJson } = parts.configJson; // programs of other people
  const words = pooling === 'first' ? {} : { words: pooling };
  const files: ModelFiles = {
    'config.json': jsonFile(writeTaggerConfig(configJson, { labels, pooling })),
    'model.safetensors': publishedWeights(given, parts),
    ...tokenizerFiles(parts),
    ...kept(given, ['tagsmith.json', 'vocab.txt', 'vocab.json', 'merges.txt']),
    ...(pooling === 'first' ? {} : { 'load_tagger.py': new TextEncoder().encode(pythonLoader(pooling)) }),
    [MODEL_FILE]: buildInference(config, labels.length, parameters, words),
    ...(options.int8 ? { [INT8_FILE]: buildInference(config, labels.length, parameters, { ...words, int8: true }) } : {}),
  };
  const comparison = options.int8 && options.compare ? await options.compare(files, parts) : null;
  const card = given['README.md'] ? new TextDecoder().decode(given['README.md']) : null;
  const facts = { pooling, maxTokens: await windowOf(given, parts), int8: options.int8 ? { comparison } : null, dataset: options.dataset ?? null };
  files['README.md'] = new TextEncoder().encode(exportedCard(card, facts));
  return { files, comparison };
}

/** The files as one archive, in parts: a reader sees first what it is. Weights are put in as they are, without a copy. */
export function packTagger(files: ModelFiles): AsyncGenerator<Uint8Array> {
  const isWeights = (name: string): boolean => /\.(?:safetensors|onnx)$/.test(name);
  const names = Object.keys(files).sort((a, b) => Number(isWeights(a)) - Number(isWeights(b)) || (a < b ? -1 : 1));
  return zip(names.map((name) => ({ name, parts: [files[name]!], stored: isWeights(name) })));
}

/** The file that is there where it is what transformers would write, so that it need not be written again. */
function publishedWeights(given: ModelFiles, { config, weights, parameters }: TaggerParts): Uint8Array {
  const tensors = publishedTensors(config, parameters);
  const whole = given['model.safetensors'];
  const isSame = tensors.length === weights.names.length && tensors.every(({ name }) => weights.has(name) && weights.dtype(name) === 'F32');
  return whole && isSame ? whole : writeSafetensors(tensors);
}

function kept(files: ModelFiles, names: readonly string[]): ModelFiles {
  return Object.fromEntries(names.flatMap((name) => (files[name] ? [[name, files[name]] as const] : [])));
}
