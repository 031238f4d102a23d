import { batchRows } from '../../encode/batch-rows.ts';
import type { Engine, OptimizerUpdate, TaggerSession, TrainingBatch } from '../../engine/engine.ts';
import { median, quantile } from '../quantile.ts';
import { takeStepWork, type StepWork } from './gpu-work.ts';
import { randomBatch, type RandomTagger } from './random-tagger.ts';

/** What is measured: one optimizer step of `batch` texts of `tokens` sub-tokens each, without padding, dropout on. */
export interface StepSettings {
  tagger: RandomTagger;
  batch: number;
  tokens: number;
  /** Texts a pass; all of them unless told. */
  textsAPass?: number;
  /** Figures of each kind at most. */
  most: number;
  /** After so long three of each kind are enough. */
  milliseconds?: number;
}

/** Where steps are run. */
export interface Place {
  engine: Engine;
  /** Resolves when the device has done all it was given; not needed where a call returns when its work is done. */
  settled?: () => Promise<void>;
}

/** What goes on: the first step compiles what later ones run. */
export type Stage = { name: 'session' | 'first-step' } | { name: 'warm-up' | 'measuring'; done: number };

export interface Spread {
  median: number;
  /** 90th percentile. */
  p90: number;
}

/** In milliseconds. */
export interface StepTimes {
  /** A whole step. On a GPU steps are queued as in a training, which looks at the losses every half second. */
  stepMs: Spread;
  /** Both waited for by themselves, so that on a GPU they may come to more than a step. */
  forwardBackwardMs: Spread;
  optimizerMs: Spread;
  /** Until a GPU that has nothing else to do was given all of a step; null on the CPU. */
  hostMs: number | null;
  firstStepMs: number;
  /** Steps that were measured. */
  measured: number;
  /** Forward and backward passes a step. */
  passes: number;
  /** What one step asks of a GPU, where it is counted (`countGpuWork`); null on the CPU. */
  gpu: StepWork | null;
  /** Trained parameters, the compact word table's included. */
  parameters: number;
  /** Of parameters, gradients and both moments. */
  bytes: number;
  /** Rows of the compact word table. */
  embeddingRows: number;
}

/** Steps before the measured ones. */
const WARM_UP = 3;
/** Figures of each kind, however slow the device, unless they take so many times as long as they may. */
const LEAST = 3;
const PATIENCE = 10;
/** Between two looks at the losses. */
const LOOK_MS = 500;

const update: Omit<OptimizerUpdate, 'step'> = { learningRate: { encoder: 1e-4, head: 1e-3 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

/** Times steps of a tagger with random weights: the values don't matter to the time. */
export async function measureSteps({ engine, settled = () => Promise.resolve() }: Place, settings: StepSettings, onStage: (stage: Stage) => void = () => {}): Promise<StepTimes> {
  const { tagger, batch, tokens, textsAPass = batch, most, milliseconds = Infinity } = settings;
  const onGpu = engine.kind === 'webgpu';
  onStage({ name: 'session' });
  const session = await engine.open(tagger.graphs, tagger.parameters, { size: textsAPass, tokens });
  const step = new Step(session, passesOf(randomBatch(tagger.graphs.manifest.encoder, batch, tokens), textsAPass), settled);

  onStage({ name: 'first-step' });
  const firstStepMs = (await step.alone()).wholeMs;
  await repeat({ most: WARM_UP - 1, milliseconds }, () => step.alone(), (done) => onStage({ name: 'warm-up', done: done + 1 }));
  await session.takeLosses();
  const works = [takeStepWork(WARM_UP)];

  const alone = await repeat({ most, milliseconds }, () => step.alone(), (done) => onStage({ name: 'measuring', done }));
  await session.takeLosses();
  works.push(takeStepWork(alone.length));
  const of = (figure: keyof Lone): number[] => alone.map((one) => one[figure]);
  let [stepMs, measured] = [of('wholeMs'), alone.length];

  // As many as a training queues before it looks at the losses.
  const queued = Math.floor(LOOK_MS / Math.max(1, median(stepMs)));
  if (onGpu && queued > 1) {
    stepMs = await repeat({ most, milliseconds }, () => step.queued(queued), (done) => onStage({ name: 'measuring', done: measured + done * queued }));
    works.push(takeStepWork(stepMs.length * queued));
    measured += stepMs.length * queued;
  }
  const gpu = onGpu ? { ...works.at(-1)!, peakBytes: Math.max(...works.map(({ peakBytes }) => peakBytes)) } : null;
  await session.dispose();

  const parameters = [...tagger.parameters.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    stepMs: spread(stepMs), forwardBackwardMs: spread(of('passMs')), optimizerMs: spread(of('updateMs')), hostMs: onGpu ? median(of('hostMs')) : null, firstStepMs,
    measured, passes: Math.ceil(batch / textsAPass), gpu, parameters, bytes: 16 * parameters, embeddingRows: tagger.embeddingRows,
  };
}

/** One step that nothing goes before. */
interface Lone {
  passMs: number;
  updateMs: number;
  hostMs: number;
  wholeMs: number;
}

class Step {
  readonly #session: TaggerSession;
  readonly #passes: readonly TrainingBatch[];
  readonly #settled: () => Promise<void>;
  #counter = 0;

  constructor(session: TaggerSession, passes: readonly TrainingBatch[], settled: () => Promise<void>) {
    this.#session = session;
    this.#passes = passes;
    this.#settled = settled;
  }

  /** Each half is waited for; what waiting for a device with nothing to do takes is taken off. */
  async alone(): Promise<Lone> {
    const start = performance.now();
    await this.#settled();
    const began = performance.now();
    const idle = began - start;
    await this.#accumulate();
    const passGiven = performance.now();
    await this.#settled();
    const passed = performance.now();
    await this.#update();
    const updateGiven = performance.now();
    await this.#settled();
    const updated = performance.now();
    const passMs = Math.max(0, passed - began - idle);
    const updateMs = Math.max(0, updated - passed - idle);
    return { passMs, updateMs, hostMs: passGiven - began + (updateGiven - passed), wholeMs: passMs + updateMs };
  }

  /** Milliseconds a step of so many, and one look at the losses. */
  async queued(steps: number): Promise<number> {
    const began = performance.now();
    for (let step = 0; step < steps; step++) {
      await this.#accumulate();
      await this.#update();
    }
    await this.#session.takeLosses();
    return (performance.now() - began) / steps;
  }

  async #accumulate(): Promise<void> {
    this.#counter++;
    for (const [index, pass] of this.#passes.entries()) await this.#session.accumulate(pass, { seed: 1, counter: this.#counter * this.#passes.length + index });
  }

  async #update(): Promise<void> {
    await this.#session.update({ ...update, step: this.#counter });
  }
}

/** The micro-batches of a step; the last one may hold fewer texts, and is filled with padding as in a training on a GPU. */
function passesOf(batch: TrainingBatch, texts: number): TrainingBatch[] {
  if (texts >= batch.size) return [batch];
  return Array.from({ length: Math.ceil(batch.size / texts) }, (_, pass) => batchRows(batch, pass * texts, texts));
}

interface Times {
  most: number;
  milliseconds: number;
}

/** Repeats until there are figures enough. @param onEach told how many there are, before each */
async function repeat<Figure>(times: Times, take: () => Promise<Figure>, onEach: (done: number) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  const began = performance.now();
  do {
    onEach(figures.length);
    figures.push(await take());
  } while (!isEnough(times, figures.length, performance.now() - began));
  return figures;
}

/** Whether so many figures do after so long: `most` always, three after `milliseconds`, fewer after much longer than that. */
export function isEnough({ most, milliseconds }: Times, count: number, spent: number): boolean {
  return count >= most || (count >= LEAST && spent > milliseconds) || spent > PATIENCE * milliseconds;
}

const spread = (values: number[]): Spread => ({ median: median(values), p90: quantile(values, 0.9) });
