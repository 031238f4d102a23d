import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import type { TrainingBatch } from '../../../src/engine/engine.ts';

/** A program that trains taggers in a browser. */
export type ContestantName = 'Tagsmith' | 'TensorFlow.js' | 'jax-js';

export type TabDevice = 'wasm' | 'webgpu';

/** The same for all: a post-norm encoder (its published names in our layout, linear weights `[out, in]`, query, key and value stacked), a linear head, one batch. */
export interface Task {
  encoder: EncoderConfig;
  labels: number;
  parameters: ReadonlyMap<string, Float32Array>;
  shapes: ReadonlyMap<string, readonly number[]>;
  batch: TrainingBatch;
}

/**
 * Trains on the task's batch, without dropout so that losses can be compared: soft-target cross-entropy, gradients clipped to a global norm of
 * `rates.clipNorm`, Adam (Kingma and Ba 2015; AdamW without decay).
 */
export interface Contestant {
  /** The device in its own words. */
  device: string;
  /** What had to be done otherwise than its users would, and why. */
  remarks: string[];
  /** One optimizer step. Resolves when the work is taken, which may be before it is done. */
  step(): Promise<void>;
  /** Losses of the steps since the last call, each before its update. Waits for the work. */
  losses(): Promise<number[]>;
}

export const rates = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };
