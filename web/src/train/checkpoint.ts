import type { Manifest, ParameterSpec } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import type { Learner, Moments } from '../engine/engine.ts';
import type { TaggedEvaluation } from './evaluation.ts';
import type { LoopState } from './loop.ts';
import type { EvaluatedStep } from './protocol.ts';
import { TrainingError } from './training-error.ts';

/** What a run has come to, besides the numbers on its device. Plain JSON. */
export interface Progress {
  state: LoopState;
  /** Of every step so far. */
  losses: number[];
  evaluations: EvaluatedStep[];
  /** That of the best parameters: it is the result where there is no test split. */
  bestEvaluation: TaggedEvaluation | null;
  /** Name of the device so far. */
  device: string;
  /** Wall clock of the steps so far. */
  milliseconds: number;
}

/** A training after a step. With its recipe, its texts and its encoder it goes on as if it had never stopped. */
export interface Checkpoint {
  progress: Progress;
  /** By name, the trained ones alone: frozen ones are the encoder's. */
  parameters: ReadonlyMap<string, Float32Array>;
  moments: Moments;
  /** Of the best step so far; null before the first evaluation. */
  bestParameters: ReadonlyMap<string, Float32Array> | null;
}

/** Where a run leaves its checkpoints. */
export interface Keeper {
  /** Whether it is time for one. */
  due(): boolean;
  /** Keeps what `take` reads from the device. Resolves when that is done, or when it is clear that it can't be: a run goes on without. */
  save(take: () => Promise<Checkpoint>): Promise<void>;
}

/** Room for two checkpoints, of which one stands while the other is written: parameters, two moments and the best parameters. */
export function mostCheckpointBytes({ parameters }: Manifest): number {
  const trained = parameters.reduce((sum, { shape, trainable }) => sum + (trainable ? elementCount(shape) : 0), 0);
  return 2 * 4 * trained * Float32Array.BYTES_PER_ELEMENT;
}

/** Reads what a device holds. */
export async function takeCheckpoint(learner: Learner<never>, progress: Progress, bestParameters: ReadonlyMap<string, Float32Array> | null): Promise<Checkpoint> {
  const moments = await learner.readMoments();
  const trained = (all: ReadonlyMap<string, Float32Array>) => new Map([...all].filter(([name]) => moments.first.has(name)));
  return { progress, parameters: trained(await learner.readParameters()), moments, bestParameters: bestParameters && trained(bestParameters) };
}

/**
 * Puts parameters and moments back.
 * @param specs all parameters of the training
 * @throws TrainingError where the checkpoint is of another training
 */
export async function restoreCheckpoint(learner: Learner<never>, { parameters, moments, bestParameters }: Checkpoint, specs: readonly ParameterSpec[]): Promise<void> {
  const trained = specs.filter((spec) => spec.trainable);
  for (const values of [parameters, moments.first, moments.second, ...(bestParameters ? [bestParameters] : [])]) {
    const strange = trained.find(({ name, shape }) => values.get(name)?.length !== elementCount(shape));
    if (!strange && values.size === trained.length) continue;
    throw new TrainingError(
      `The checkpoint does not belong to this training: ${strange ? `${strange.name} has ${values.get(strange.name)?.length ?? 'no'} numbers there and ${elementCount(strange.shape)} here` : `it holds ${values.size} parameters, this training has ${trained.length}`}.`,
      'The encoder may have been published anew since. Discard the checkpoint and train from the start.',
    );
  }
  await learner.writeParameters(parameters);
  await learner.writeMoments(moments);
}
