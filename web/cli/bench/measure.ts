import { elementCount } from '../../../wasm-models/graph/shape.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import { randomStream } from '../../../wasm-models/random.ts';
import type { Engine, OptimizerUpdate, TaggerSession, TrainingBatch } from '../../src/engine/engine.ts';

/** What is measured: one optimizer step of `batch` texts of `tokens` sub-tokens each, without padding, dropout on. */
export interface StepSettings {
  encoder: EncoderConfig;
  batch: number;
  tokens: number;
  /** Measured steps, after three that warm up. */
  steps: number;
}

export interface StepTimes {
  forwardBackwardMs: { median: number };
  optimizerMs: { median: number };
  /** Trained parameters, the compact word table's included. */
  parameters: number;
  /** Of parameters, gradients and both moments. */
  bytes: number;
  /** Rows of the compact word table. */
  embeddingRows: number;
}

/** Distinct sub-tokens of a data set of some thousand texts: what a compact word table usually holds. */
const ROWS = 8192;
/** `O` and two labels each of nine types, as in CrossNER politics. */
const LABELS = 19;
/** Steps before the measured ones. */
export const WARM_UP = 3;

const update: Omit<OptimizerUpdate, 'step'> = { learningRate: { encoder: 1e-4, head: 1e-3 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

/** Times steps of a tagger with random weights: the values don't matter to the time. */
export async function measureSteps(engine: Engine, { encoder, batch, tokens, steps }: StepSettings, onWarm: () => void = () => {}): Promise<StepTimes> {
  const embeddingRows = Math.min(encoder.vocabularySize, ROWS);
  const graphs = buildTagger({ encoder, labels: Array.from({ length: LABELS }, (_, index) => `label ${index}`), pooling: 'first', embeddingRows, positions: encoder.maxPositions });
  const random = randomStream(1, 'bench');
  const specs = graphs.manifest.parameters;
  const sizes = specs.map(({ shape }) => elementCount(shape));
  const values = specs.map(({ name }, index) => [name, name.endsWith('norm.weight') ? new Float32Array(sizes[index]!).fill(1) : Float32Array.from({ length: sizes[index]! }, () => 0.02 * random.normal())] as const);
  const session = await engine.open(graphs, new Map(values));
  const input = randomBatch(batch, tokens, embeddingRows, encoder.positionOffset);
  for (let step = 1; step <= WARM_UP; step++) {
    await session.accumulate(input, { seed: 1, counter: step });
    await session.update({ ...update, step });
  }
  await session.takeLosses();
  onWarm();
  const times = engine.kind === 'webgpu' ? await timeQueue(session, input, steps) : await timeCalls(session, input, steps);
  await session.dispose();
  const parameters = sizes.reduce((sum, size) => sum + size, 0);
  return { ...times, parameters, bytes: 16 * parameters, embeddingRows };
}

type Times = Pick<StepTimes, 'forwardBackwardMs' | 'optimizerMs'>;

/** Where a call returns when its work is done. */
async function timeCalls(session: TaggerSession, input: TrainingBatch, steps: number): Promise<Times> {
  const passes: number[] = [];
  const updates: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const began = performance.now();
    await session.accumulate(input, { seed: 1, counter: WARM_UP + step });
    const passed = performance.now();
    await session.update({ ...update, step: WARM_UP + step });
    updates.push(performance.now() - passed);
    passes.push(passed - began);
  }
  return { forwardBackwardMs: { median: median(passes) }, optimizerMs: { median: median(updates) } };
}

/** Where a call only queues work: whole steps against steps with four passes each; the difference is three passes. */
async function timeQueue(session: TaggerSession, input: TrainingBatch, steps: number): Promise<Times> {
  let counter = WARM_UP;
  const stepOf = async (passes: number): Promise<number> => {
    const began = performance.now();
    for (let pass = 0; pass < passes; pass++) await session.accumulate(input, { seed: 1, counter: ++counter });
    await session.update({ ...update, step: counter });
    await session.takeLosses();
    return performance.now() - began;
  };
  const single: number[] = [];
  const pass: number[] = [];
  await stepOf(4);
  for (let step = 0; step < steps; step++) {
    const one = await stepOf(1);
    single.push(one);
    pass.push(((await stepOf(4)) - one) / 3);
  }
  return { forwardBackwardMs: { median: median(pass) }, optimizerMs: { median: Math.max(0, median(single) - median(pass)) } };
}

function randomBatch(size: number, tokens: number, rows: number, positionOffset: number): TrainingBatch {
  const random = randomStream(2, 'bench');
  const cells = size * tokens;
  const batch: TrainingBatch = {
    size,
    tokens,
    inputIds: Int32Array.from({ length: cells }, () => random.below(rows)),
    positionIds: Int32Array.from({ length: cells }, (_, cell) => positionOffset + (cell % tokens)),
    tokenTypeIds: new Int32Array(cells),
    attentionBias: new Float32Array(cells),
    pooling: new Float32Array(cells * tokens),
    targets: new Float32Array(cells * LABELS),
    weights: new Float32Array(cells).fill(1 / cells),
  };
  for (let cell = 0; cell < cells; cell++) {
    batch.pooling[cell * tokens + (cell % tokens)] = 1;
    batch.targets[cell * LABELS + random.below(LABELS)] = 1;
  }
  return batch;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
