import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import type { Engine, OptimizerUpdate, TaggerSession, TrainingBatch } from '../../src/engine/engine.ts';
import { randomBatch, randomTagger } from './random-tagger.ts';

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

/** Steps before the measured ones. */
export const WARM_UP = 3;

const update: Omit<OptimizerUpdate, 'step'> = { learningRate: { encoder: 1e-4, head: 1e-3 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

/** Times steps of a tagger with random weights: the values don't matter to the time. */
export async function measureSteps(engine: Engine, { encoder, batch, tokens, steps }: StepSettings, onWarm: () => void = () => {}): Promise<StepTimes> {
  const { graphs, parameters: values, embeddingRows } = randomTagger(encoder);
  const session = await engine.open(graphs, values);
  const input = randomBatch(encoder, batch, tokens);
  for (let step = 1; step <= WARM_UP; step++) {
    await session.accumulate(input, { seed: 1, counter: step });
    await session.update({ ...update, step });
  }
  await session.takeLosses();
  onWarm();
  const times = engine.kind === 'webgpu' ? await timeQueue(session, input, steps) : await timeCalls(session, input, steps);
  await session.dispose();
  const parameters = [...values.values()].reduce((sum, { length }) => sum + length, 0);
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

/** The middle one; of an even number the upper of the two. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
