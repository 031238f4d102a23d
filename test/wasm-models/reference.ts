import { readFile } from 'node:fs/promises';
import type { TrainingBatch } from '../../web/src/engine/engine.ts';

/** A folder of fixtures as the weight reader wants it. */
export function fixtureFolder(folder: URL): { name: string; read(file: string): Promise<Uint8Array | undefined> } {
  return {
    name: folder.pathname.split('/').at(-2)!,
    read: (file) => readFile(new URL(file, folder)).then((bytes) => new Uint8Array(bytes), () => undefined),
  };
}

export async function readJson<T>(file: URL): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

export type PoolingName = 'first' | 'mean' | 'sum';

interface PlainBatch {
  size: number;
  tokens: number;
  inputIds: number[];
  positionIds: number[];
  tokenTypeIds: number[];
  attentionBias: number[];
  targets: number[];
  weights: number[];
  pooling: Record<PoolingName, number[]>;
  /** `[size][words + 1]`, as in `Window`. */
  wordStarts: number[][];
}

export interface TrainingReference {
  frozenLayers: number;
  learningRate: number;
  headLearningRate: number;
  weightDecay: number;
  clipNorm: number;
  steps: number;
  losses: number[];
}

/** What test/oracle/torch_encoders.py writes. */
export interface EncoderReference {
  batches: PlainBatch[];
  logits: Record<PoolingName, number[]>;
  losses: Record<PoolingName, number>;
  training: { all: TrainingReference; frozen: TrainingReference };
}

export function trainingBatch(batch: PlainBatch, pooling: PoolingName): TrainingBatch {
  return {
    size: batch.size,
    tokens: batch.tokens,
    inputIds: Int32Array.from(batch.inputIds),
    positionIds: Int32Array.from(batch.positionIds),
    tokenTypeIds: Int32Array.from(batch.tokenTypeIds),
    attentionBias: Float32Array.from(batch.attentionBias),
    pooling: Float32Array.from(batch.pooling[pooling]),
    targets: Float32Array.from(batch.targets),
    weights: Float32Array.from(batch.weights),
  };
}

/** Euclidean norm. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

/**
 * Tensors whose gradient differs from the reference by more than `tolerance` · (its norm + a thousandth of the global norm),
 * with both sides of the bound.
 */
export function outOfBound(gradients: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>, tolerance: number): string[] {
  const globalNorm = norm([...expected.values()].map(norm));
  return [...expected].flatMap(([name, reference]) => {
    const gradient = gradients.get(name);
    if (!gradient) return [`${name}: missing`];
    const difference = norm(reference.map((value, i) => value - gradient[i]!));
    const bound = tolerance * (norm(reference) + 1e-3 * globalNorm);
    return difference <= bound ? [] : [`${name}: ${difference} > ${bound}`];
  });
}
