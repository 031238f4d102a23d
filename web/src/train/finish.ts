import { writeTaggerConfig } from '../../../wasm-models/weights/encoder-config.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger } from '../../../wasm-models/weights/transfer.ts';
import { spreadRows } from '../encode/compact.ts';
import { isTrainable } from './frozen.ts';
import { modelCard } from './model-card.ts';
import { WORD_TABLE, type Prepared } from './prepare.ts';
import type { ModelFiles, RunResult } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import { updateAt } from './schedule.ts';

/** Files of a tokenizer that go with a tagger unchanged; only the first is always there. */
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt', 'vocab.json', 'merges.txt'];

/** The trained parameters with the whole word table again: rows that occur in no text get what weight decay leaves of them. */
export function fullParameters({ encoder, recipe, vocabulary }: Prepared, trained: ReadonlyMap<string, Float32Array>, step: number): Map<string, Float32Array> {
  const decay = isTrainable(recipe.freezeLayers)(WORD_TABLE) ? decayOver(recipe, step) : 1;
  const whole = spreadRows(encoder.parameters.get(WORD_TABLE)!, encoder.config.hiddenSize, vocabulary, trained.get(WORD_TABLE)!, decay);
  return new Map(trained).set(WORD_TABLE, whole);
}

/** Product over the steps of 1 − learning rate · weight decay. */
function decayOver(recipe: Recipe, steps: number): number {
  let kept = 1;
  for (let step = 0; step < steps; step++) kept *= 1 - updateAt(recipe, step).learningRate.encoder * recipe.weightDecay;
  return kept;
}

/** A tagger as a Hugging Face folder, without its ONNX file. */
export async function taggerFiles(prepared: Prepared, parameters: ReadonlyMap<string, Float32Array>, result: RunResult): Promise<ModelFiles> {
  const { encoder, recipe, labels } = prepared;
  const files: ModelFiles = {
    'config.json': json(writeTaggerConfig(encoder.configJson, { labels, pooling: recipe.pooling })),
    'model.safetensors': writeSafetensors(exportTagger(encoder.config, parameters)),
    'README.md': new TextEncoder().encode(modelCard(prepared, result)),
    'tagsmith.json': json({ format: 1, encoder: encoder.name, maxTokens: recipe.maxTokens, pooling: recipe.pooling, recipe, bestStep: result.bestStep, scores: result.scores, scoredOn: result.scoredOn, interval: result.interval }),
  };
  for (const file of TOKENIZER_FILES) {
    const bytes = await encoder.folder.read(file);
    if (bytes) files[file] = bytes;
  }
  return files;
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
