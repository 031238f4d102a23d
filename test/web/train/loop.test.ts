import { expect, test } from 'vitest';
import type { OptimizerUpdate, TaggerSession, TrainingBatch } from '../../../web/src/engine/engine.ts';
import type { Scores } from '../../../web/src/evaluate/score.ts';
import { Control } from '../../../web/src/train/control.ts';
import { train, type TrainEvent, type TrainingRun } from '../../../web/src/train/loop.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { TrainingError } from '../../../web/src/train/training-error.ts';

/** A session whose one parameter counts its updates: enough to see which parameters the loop keeps. */
class CountingSession implements TaggerSession {
  updates: OptimizerUpdate[] = [];
  dropoutCounters: (number | null)[] = [];
  parameter = 0;
  #ring: number[] = [];
  #loss: (step: number) => number;

  constructor(loss: (step: number) => number = (step) => 1 / step) {
    this.#loss = loss;
  }

  async accumulate(_batch: TrainingBatch, dropout: { counter: number } | null): Promise<void> {
    this.dropoutCounters.push(dropout ? dropout.counter : null);
  }
  async update(settings: OptimizerUpdate): Promise<void> {
    this.updates.push(settings);
    this.parameter++;
    this.#ring.push(this.#loss(this.parameter));
  }
  async takeLosses(): Promise<number[]> {
    return this.#ring.splice(0);
  }
  async readParameters(): Promise<Map<string, Float32Array>> {
    return new Map([['count', new Float32Array([this.parameter])]]);
  }
  async writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void> {
    this.parameter = parameters.get('count')![0]!;
  }
  logits(): never {
    throw new Error('not asked for');
  }
  readGradients(): never {
    throw new Error('not asked for');
  }
  readMoments(): never {
    throw new Error('not asked for');
  }
  writeMoments(): never {
    throw new Error('not asked for');
  }
  readonly leftOut = { updates: 0, inARow: 0 };
  async releasePasses(): Promise<void> {}
  async dispose(): Promise<void> {}
}

const microBatch: TrainingBatch = {
  size: 2,
  tokens: 8,
  inputIds: new Int32Array(16),
  positionIds: new Int32Array(16),
  tokenTypeIds: new Int32Array(16),
  attentionBias: new Float32Array(16),
  pooling: new Float32Array(128),
  targets: new Float32Array(48),
  weights: new Float32Array(16),
};

function* sameBatch(microBatches = 1): Generator<TrainingBatch[], never> {
  for (;;) yield Array.from({ length: microBatches }, () => microBatch);
}

function scores(f1: number): Scores {
  const score = { precision: f1, recall: f1, f1 };
  return { micro: score, macro: score, weighted: score, types: {} };
}

type Run = TrainingRun<TrainingBatch>;

function runOf(session: CountingSession, changes: Partial<Run> = {}): Run {
  return { session, recipe: { ...fewShot, steps: 10 }, examples: 100, batches: sameBatch(), tokensOf: () => 1, evaluate: null, control: new Control(), dropoutSeed: 5, readEveryMs: 0, ...changes };
}

async function collect(run: Run, onEvent: (event: TrainEvent) => void = () => {}): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(run)) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

const lossesOf = (events: TrainEvent[]): number[] => events.flatMap((event) => (event.type === 'steps' ? event.losses : []));

test('without an evaluation the last step is taken', async () => {
  const session = new CountingSession();
  const events = await collect(runOf(session));
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'finished', steps: 10, bestStep: 10 });
  expect(lossesOf(events)).toEqual(Array.from({ length: 10 }, (_, step) => 1 / (step + 1)));
});

test('losses are read in blocks when reading is rare, and none is lost', async () => {
  const events = await collect(runOf(new CountingSession(), { readEveryMs: 1e9 }));
  expect(events.filter((event) => event.type === 'steps')).toHaveLength(1);
  expect(lossesOf(events)).toHaveLength(10);
});

test('the best parameters are put back at the end', async () => {
  const session = new CountingSession();
  const f1 = [0.1, 0.5, 0.4, 0.5, 0.2];
  const evaluate = async () => ({ scores: scores(f1[session.parameter / 2 - 1]!), predictions: [] });
  const events = await collect(runOf(session, { recipe: { ...fewShot, steps: 10, evaluateEvery: 2 }, evaluate }));
  expect(events.flatMap((event) => (event.type === 'evaluation' ? [[event.step, event.best]] : []))).toEqual([[2, true], [4, true], [6, false], [8, false], [10, false]]);
  expect(events.at(-1)).toMatchObject({ reason: 'finished', steps: 10, bestStep: 4 });
  expect(session.parameter).toBe(4);
});

test('training ends early after as many evaluations without a better score as the recipe’s patience', async () => {
  const session = new CountingSession();
  const evaluate = async () => ({ scores: scores(session.parameter === 2 ? 0.5 : 0.3), predictions: [] });
  const events = await collect(runOf(session, { recipe: { ...fewShot, steps: 100, evaluateEvery: 1, patience: 3 }, evaluate }));
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'early-stop', steps: 5, bestStep: 2 });
});

test('a score of 0 that has never been anything else is not standing still', async () => {
  const session = new CountingSession();
  const evaluate = async () => ({ scores: scores(session.parameter < 8 ? 0 : 0.5), predictions: [] });
  const events = await collect(runOf(session, { recipe: { ...fewShot, steps: 20, evaluateEvery: 1, patience: 2 }, evaluate }));
  expect(events.at(-1)).toMatchObject({ reason: 'early-stop', steps: 10, bestStep: 8 });
});

test('where no evaluation finds anything the last step is taken', async () => {
  const evaluate = async () => ({ scores: scores(0), predictions: [] });
  const events = await collect(runOf(new CountingSession(), { recipe: { ...fewShot, steps: 10, evaluateEvery: 4, patience: 1 }, evaluate }));
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'finished', steps: 10, bestStep: 10 });
});

test('a run that stands still after its last step has finished', async () => {
  const session = new CountingSession();
  const evaluate = async () => ({ scores: scores(session.parameter <= 8 ? session.parameter / 10 : 0.1), predictions: [] });
  const events = await collect(runOf(session, { recipe: { ...fewShot, steps: 10, evaluateEvery: 2, patience: 1 }, evaluate }));
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'finished', steps: 10, bestStep: 8 });
});

test('once an epoch is evaluated by default, and after the last step', async () => {
  const evaluate = async () => ({ scores: scores(0.5), predictions: [] });
  const events = await collect(runOf(new CountingSession(), { recipe: { ...fewShot, steps: 15, batchSize: 16, evaluateEvery: null }, examples: 100, evaluate }));
  expect(events.flatMap((event) => (event.type === 'evaluation' ? [event.step] : []))).toEqual([7, 13, 15]);
});

test('stop ends after the present step and keeps the best parameters', async () => {
  const session = new CountingSession();
  const control = new Control();
  const evaluate = async () => ({ scores: scores(session.parameter === 2 ? 0.5 : 0.1), predictions: [] });
  const run = runOf(session, { recipe: { ...fewShot, steps: 100, evaluateEvery: 2 }, control, evaluate });
  const events = await collect(run, (event) => {
    if (event.type === 'steps' && event.step === 5) control.stop();
  });
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'stopped', steps: 5, bestStep: 2 });
  expect(session.parameter).toBe(2);
});

test('a paused run takes no step until it is resumed, and its losses are the same', async () => {
  const session = new CountingSession();
  const control = new Control();
  let stepsWhilePaused = -1;
  const events = await collect(runOf(session, { control }), (event) => {
    if (event.type === 'steps' && event.step === 3) control.pause();
    if (event.type === 'paused') {
      const before = session.parameter;
      setTimeout(() => {
        stepsWhilePaused = session.parameter - before;
        control.resume();
      }, 30);
    }
  });
  expect(stepsWhilePaused).toBe(0);
  expect(events.flatMap((event) => (event.type === 'paused' || event.type === 'resumed' ? [[event.type, event.step]] : []))).toEqual([['paused', 3], ['resumed', 3]]);
  expect(lossesOf(events)).toEqual(lossesOf(await collect(runOf(new CountingSession()))));
});

test('an evaluation that was stopped half-way ends the run, and the best parameters so far are kept', async () => {
  const session = new CountingSession();
  const control = new Control();
  let evaluations = 0;
  const evaluate = () => {
    evaluations++;
    if (evaluations === 1) return Promise.resolve({ scores: scores(0.5), predictions: [] });
    control.stop();
    return Promise.resolve(null);
  };
  const events = await collect(runOf(session, { control, evaluate, recipe: { ...fewShot, steps: 10, evaluateEvery: 3 } }));
  expect(events.at(-1)).toEqual({ type: 'end', reason: 'stopped', steps: 6, bestStep: 3 });
  expect(session.parameter).toBe(3);
});

test('a stop while paused ends the run', async () => {
  const control = new Control();
  const events = await collect(runOf(new CountingSession(), { control }), (event) => {
    if (event.type === 'steps' && event.step === 3) control.pause();
    if (event.type === 'paused') setTimeout(() => control.stop(), 5);
  });
  expect(events.at(-1)).toMatchObject({ reason: 'stopped', steps: 3 });
});

test('each micro-batch of the run has dropout masks of its own', async () => {
  const session = new CountingSession();
  await collect(runOf(session, { recipe: { ...fewShot, steps: 3 }, batches: sameBatch(2) }));
  expect(session.dropoutCounters).toEqual([0, 1, 2, 3, 4, 5]);
  expect(session.updates).toHaveLength(3);
});

test('a recipe without dropout asks for none', async () => {
  const session = new CountingSession();
  await collect(runOf(session, { recipe: { ...fewShot, steps: 2, dropout: 0 } }));
  expect(session.dropoutCounters).toEqual([null, null]);
});

test('a loss that is not a number ends the run with its step and advice', async () => {
  const session = new CountingSession((step) => (step === 4 ? NaN : 1));
  const failure = await collect(runOf(session)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TrainingError);
  expect((failure as TrainingError).message).toContain('step 4');
  expect((failure as TrainingError).advice).toContain('smaller learning rate');
});
