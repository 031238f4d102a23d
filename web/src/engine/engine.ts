import type { HeadGraphs, Manifest, ParameterGroup, TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';

export type DeviceKind = 'webgpu' | 'wasm' | 'cpu';

/** A padded batch, ready to be bound to the graph. Words take one slot each, in order, from 0; there are as many slots as tokens. */
export interface Batch {
  /** Texts (or windows of texts) in it. */
  size: number;
  /** Padded length in sub-tokens. */
  tokens: number;
  /** `[size, tokens]` rows of the compact word embedding. */
  inputIds: Int32Array;
  /** `[size, tokens]` rows of the position table. */
  positionIds: Int32Array;
  /** `[size, tokens]`. */
  tokenTypeIds: Int32Array;
  /** `[size, tokens]`: 0 for a token, a large negative number for padding; added to the attention scores. */
  attentionBias: Float32Array;
  /** `[size, tokens, tokens]`: weight of each token (last axis) in each word slot (middle axis). */
  pooling: Float32Array;
}

/** A batch with what it should come out as. */
export interface TrainingBatch extends Batch {
  /** `[size, tokens, labels]` soft targets by word slot, each real word's row adding up to 1. */
  targets: Float32Array;
  /** `[size, tokens]` weight of each word slot in the loss: 1 / (words of the effective batch), 0 for an empty slot. */
  weights: Float32Array;
}

/** One AdamW update with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) after a global-norm clip. */
export interface OptimizerUpdate {
  /** From 1: the exponent of the bias correction. */
  step: number;
  learningRate: Record<ParameterGroup, number>;
  weightDecay: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Largest global gradient norm, or null for no clipping. */
  clipNorm: number | null;
}

export interface DropoutKey {
  seed: number;
  /** Any number that differs between micro-batches; the same number gives the same masks. */
  counter: number;
}

export interface Moments {
  first: Map<string, Float32Array>;
  second: Map<string, Float32Array>;
}

/** Updates that were left out because a gradient was no finite number, of those whose losses were taken: all, and those since the last one that was not. */
export interface LeftOut {
  updates: number;
  inARow: number;
}

/** Word vectors that a head learns from, of as many texts as are taken together. */
export interface HeadBatch {
  /** Words. */
  rows: number;
  /** `[rows, features]`. */
  features: Float32Array;
  /** `[rows, labels]` soft targets, each row adding up to 1. */
  targets: Float32Array;
  /** `[rows]` weight of each word in the loss. */
  weights: Float32Array;
  /** Sub-tokens of the texts it was made from: the measure of a training's speed. */
  tokens: number;
}

/** What learns from batches. Parameters, gradients and moments stay with the device until they are asked for. */
export interface Learner<Batch> {
  /** Forward and backward; gradients add up until `update`. Dropout is off where `dropout` is null. Resolves when the device has taken the work. */
  accumulate(batch: Batch, dropout: DropoutKey | null): Promise<void>;
  /** Clip, AdamW, clear the gradients. Adds the losses accumulated since the last update as one entry to the loss ring. */
  update(settings: OptimizerUpdate): Promise<void>;
  /** Reads the ring: losses of the updates since the last call, oldest first. Waits for the device. */
  takeLosses(): Promise<number[]>;
  /** Copies by parameter name. */
  readParameters(): Promise<Map<string, Float32Array>>;
  writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** AdamW's, of the trained parameters. */
  readMoments(): Promise<Moments>;
  writeMoments(moments: Moments): Promise<void>;
  dispose(): Promise<void>;
}

/** A tagger's head over word vectors that are known, without the encoder. */
export interface HeadSession extends Learner<HeadBatch> {
  /** `[rows, labels]` of `[rows, features]`. */
  logits(features: Float32Array, rows: number): Promise<Float32Array>;
}

/** A tagger on a device. */
export interface TaggerSession extends Learner<TrainingBatch> {
  /** `[size, tokens, labels]`. */
  logits(batch: Batch): Promise<Float32Array>;
  /** Gradients accumulated so far by parameter name (tables dense), before clipping. For tests. */
  readGradients(): Promise<Map<string, Float32Array>>;
  readonly leftOut: LeftOut;
  /** Gives up what passes hold: graphs, batches, masks. Parameters, gradients so far and moments stay; the next pass makes anew what it needs. */
  releasePasses(): Promise<void>;
}

/** Dot products with rows that stay with the device. */
export interface ProductSession {
  /** `[groups, rows]`: of each group of `size` vectors, `[groups, size, dimensions]`, the largest of its products with each row. Holds until the next call. */
  largest(vectors: Float32Array, groups: number, size: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Something that can run a tagger. */
export interface Engine {
  readonly kind: DeviceKind;
  /** For people: "Apple M2", "CPU, 2 threads". */
  readonly name: string;
  /** Whether it trains a tagger with shaders made of its graphs, not with a runtime that runs the graphs: then what is computed on the way shares memory. */
  usesPrograms?(manifest: Manifest): boolean;
  /** Whether it runs graphs of `halfPrecision`. */
  readonly halfPrecision: boolean;
  /** Padded lengths it wants, ascending, or the number lengths must be a multiple of. */
  readonly padding: { lengths: number[] } | { multipleOf: number };
  /** @param largest the most texts and sub-tokens of a batch, where it is known: room for them is made at once */
  open(graphs: TaggerGraphs, parameters: ReadonlyMap<string, Float32Array>, largest?: Pick<Batch, 'size' | 'tokens'>): Promise<TaggerSession>;
  /** A head is so small that every engine trains it on the CPU: the way to a GPU and back would take longer. */
  openHead(graphs: HeadGraphs, parameters: ReadonlyMap<string, Float32Array>): HeadSession;
  /** `rows` are `[count, dimensions]`, one at least. On a processor vectors and rows are rounded: a product may be off by 1 % of the lengths of its two vectors. */
  openProducts(rows: Float32Array, dimensions: number): Promise<ProductSession>;
  dispose(): Promise<void>;
}
