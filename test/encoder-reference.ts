import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mix } from '../wasm-models/nn/dropout-mask.ts';
import type { EncoderConfig, Pooling } from '../wasm-models/models/config.ts';
import { readEncoderConfig } from '../wasm-models/weights/encoder-config.ts';
import { readSafetensors } from '../wasm-models/weights/safetensors.ts';
import { importEncoder, importTagger } from '../wasm-models/weights/transfer.ts';
import type { TrainingBatch } from '../web/src/engine/engine.ts';
import type { ModelFolder } from '../web/src/encode/model-folder.ts';

/** What PyTorch made of the encoders in `fixtures/`; the scripts in `oracle/torch_*.py` say how. */

const FIXTURES = join(import.meta.dirname, 'fixtures');

export const ARCHITECTURES = ['bert', 'distilbert', 'roberta'] as const;
export const POOLINGS = ['first', 'mean', 'sum'] as const;

/** A folder of the disk as the model folder that the program reads. */
export function diskFolder(path: string): ModelFolder {
  return { name: path, read: async (file) => (existsSync(join(path, file)) ? readFileSync(join(path, file)) : undefined) };
}

export function fixtureFolder(name: string): ModelFolder {
  return { ...diskFolder(join(FIXTURES, name)), name };
}

/** The cached all-MiniLM-L6-v2, or undefined where it has not been fetched. */
export function minilmFolder(): string | undefined {
  const cache = process.env['TAGSMITH_MODELS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tagsmith', 'models');
  const folder = join(cache, 'minilm-l6');
  return existsSync(join(folder, 'model.safetensors')) ? folder : undefined;
}

export interface TrainingReference {
  /** Bottom layers that stay as they are, the embeddings with them; 0: everything is trained. */
  frozenLayers: number;
  learningRate: number;
  headLearningRate: number;
  weightDecay: number;
  clipNorm: number;
  steps: number;
  /** Before each update; step s takes batch s mod 4. */
  losses: number[];
}

const numbers = (path: string): Record<string, unknown> => JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as Record<string, unknown>;

function tensors(path: string): Map<string, Float32Array> {
  const file = readSafetensors(readFileSync(join(FIXTURES, path)), path);
  return new Map(file.names.map((name) => [name, file.read(name)]));
}

export interface EncoderReference {
  config: EncoderConfig;
  labels: string[];
  /** Encoder and head, by our names. */
  parameters: Map<string, Float32Array>;
  /** Token id = row of the table: nothing is compacted. */
  batches(pooling: Pooling): TrainingBatch[];
  /** `[size, tokens, labels]` of batch 0. */
  logits(pooling: Pooling): Float32Array;
  loss(pooling: Pooling): number;
  /** Of batch 0, tables dense. `first` and `sum` only for BERT. */
  gradients(pooling: Pooling): Map<string, Float32Array>;
  /** Twenty AdamW steps with mean pooling. */
  training: { all: TrainingReference; frozen: TrainingReference };
}

/** A tiny random encoder: 2 layers, 32 wide, 50 tokens, 5 labels. Dropout off throughout. */
export function readEncoderReference(architecture: (typeof ARCHITECTURES)[number]): EncoderReference {
  const folder = `encoders/${architecture}`;
  const configJson = numbers(`${folder}/config.json`);
  const config = readEncoderConfig(configJson);
  const labels = Object.values(configJson['id2label'] as Record<string, string>);
  const weights = readSafetensors(readFileSync(join(FIXTURES, folder, 'model.safetensors')), folder);
  const reference = numbers(`${folder}/reference.json`) as {
    batches: (Record<'inputIds' | 'positionIds' | 'tokenTypeIds' | 'attentionBias' | 'targets' | 'weights', number[]> & { size: number; tokens: number; pooling: Record<Pooling, number[]> })[];
    logits: Record<Pooling, number[]>;
    losses: Record<Pooling, number>;
    training: EncoderReference['training'];
  };
  return {
    config,
    labels,
    parameters: importTagger(config, labels.length, weights),
    batches: (pooling) =>
      reference.batches.map((batch) => ({
        size: batch.size,
        tokens: batch.tokens,
        inputIds: Int32Array.from(batch.inputIds),
        positionIds: Int32Array.from(batch.positionIds),
        tokenTypeIds: Int32Array.from(batch.tokenTypeIds),
        attentionBias: Float32Array.from(batch.attentionBias),
        pooling: Float32Array.from(batch.pooling[pooling]),
        targets: Float32Array.from(batch.targets),
        weights: Float32Array.from(batch.weights),
      })),
    logits: (pooling) => Float32Array.from(reference.logits[pooling]),
    loss: (pooling) => reference.losses[pooling],
    gradients: (pooling) => tensors(`${folder}/gradients-${pooling}.safetensors`),
    training: reference.training,
  };
}

/** A gradient too large to commit: its norm, and sixteen sums of its elements with random signs. */
export interface GradientSketch {
  norm: number;
  sketch: number[];
}

export interface MinilmReference {
  config: EncoderConfig;
  labels: string[];
  /** The cached encoder with the reference's head. */
  parameters: Map<string, Float32Array>;
  pooling: Pooling;
  /** 8 windows padded to 64 tokens. Token id = row of the table: nothing is compacted. */
  batches: TrainingBatch[];
  loss: number;
  globalNorm: number;
  gradients: Record<string, GradientSketch>;
  training: Omit<TrainingReference, 'frozenLayers'>;
}

/** One MiniLM step, 8 × 64; `folder` is `minilmFolder()`. */
export function readMinilmReference(folder: string): MinilmReference {
  const config = readEncoderConfig(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')));
  const reference = numbers('minilm-step/reference.json') as unknown as Omit<MinilmReference, 'batches' | 'labels'> & {
    labels: number;
    tokens: number;
    share: number;
    batches: { inputIds: number[]; lengths: number[]; wordStarts: number[][]; first: number[]; second: number[] }[];
  };
  const { labels, tokens, share } = reference;
  const encoder = importEncoder(config, readSafetensors(readFileSync(join(folder, 'model.safetensors')), folder));
  return {
    ...reference,
    config,
    labels: Array.from({ length: labels }, (_, index) => `L${index}`),
    parameters: new Map([...encoder, ...tensors('minilm-step/head.safetensors')]),
    batches: reference.batches.map(({ inputIds, lengths, wordStarts, first, second }) => {
      const size = lengths.length;
      const batch: TrainingBatch = {
        size,
        tokens,
        inputIds: Int32Array.from(inputIds),
        positionIds: Int32Array.from({ length: size * tokens }, (_, cell) => cell % tokens),
        tokenTypeIds: new Int32Array(size * tokens),
        attentionBias: Float32Array.from({ length: size * tokens }, (_, cell) => (cell % tokens < lengths[Math.floor(cell / tokens)]! ? 0 : -1e9)),
        pooling: new Float32Array(size * tokens * tokens),
        targets: new Float32Array(size * tokens * labels),
        weights: new Float32Array(size * tokens),
      };
      let word = 0;
      wordStarts.forEach((starts, row) => {
        for (let slot = row * tokens; slot < row * tokens + starts.length - 1; slot++, word++) {
          batch.pooling[slot * tokens + starts[slot - row * tokens]!] = 1;
          batch.targets[slot * labels + first[word]!]! += share;
          batch.targets[slot * labels + second[word]!]! += 1 - share;
          batch.weights[slot] = 1 / first.length;
        }
      });
      return batch;
    }),
  };
}

/** The sketch of a gradient of ours, to hold against a reference's. Sign k of element i is + where bit k of `mix(i)` is 0. */
export function sketchGradient(gradient: Float32Array): GradientSketch {
  const sketch = new Array<number>(16).fill(0);
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) {
    const value = gradient[i]!;
    if (value === 0) continue;
    squares += value * value;
    const bits = mix(i);
    for (let k = 0; k < 16; k++) sketch[k]! += (bits >>> k) & 1 ? -value : value;
  }
  return { norm: Math.sqrt(squares), sketch };
}

/** Estimate of ‖a − b‖₂ from two sketches; its square has a standard deviation of 35 %. */
export function sketchDistance(a: GradientSketch, b: GradientSketch): number {
  return Math.sqrt(a.sketch.reduce((sum, value, k) => sum + (value - b.sketch[k]!) ** 2, 0) / a.sketch.length);
}
