import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TrainingJob } from '../../../web/src/state/training-job.svelte.ts';
import type { TrainingOrder } from '../../../web/src/state/training-order.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import type { Command, TrainCommand, WorkerEvent } from '../../../web/src/train/protocol.ts';

const removed = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock('../../../web/src/storage/trainings/private-files.ts', () => ({ removeTraining: removed }));

type Told = WorkerEvent extends infer Event ? (Event extends WorkerEvent ? Omit<Event, 'job'> : never) : never;

/** A worker that says what the test says. */
class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];
  readonly received: Command[] = [];
  terminated = false;

  constructor() {
    super();
    FakeWorker.made.push(this);
  }

  postMessage(command: Command): void {
    this.received.push(command);
  }

  terminate(): void {
    this.terminated = true;
  }

  tell(job: TrainingJob, event: Told): void {
    this.dispatchEvent(new MessageEvent('message', { data: { ...event, job: job.id } }));
  }
}

const order: TrainingOrder = { dataset: { id: 'x', name: 'Set' }, documents: [], encoder: 'tiny', encoderName: 'Tiny', files: null, recipe: { ...fewShot, steps: 40 }, device: 'webgpu', watch: [] };
const started = (step = 0): Told => ({
  type: 'started',
  steps: 40,
  device: { kind: 'webgpu', name: 'A GPU' },
  encoder: 'tiny',
  selection: { by: 'last-step', documents: 0 },
  trainDocuments: 1,
  parameters: 1,
  memoryBytes: 1,
  notes: [],
  checkpointBytes: 1,
  before: step === 0 ? null : { step, losses: Array.from({ length: step }, (_, index) => index), evaluations: [], milliseconds: 5 },
});
const steps = (step: number): Told => ({ type: 'steps', losses: [1], step, learningRate: 1, tokensPerSecond: 1, msLeft: 1 });
const lost: Told = { type: 'failed', message: 'The browser took the GPU away.', advice: 'Start again.', deviceLost: true };

async function begun(): Promise<{ job: TrainingJob; worker: () => FakeWorker }> {
  const job = new TrainingJob(order, async () => undefined);
  await vi.waitFor(() => expect(FakeWorker.made).toHaveLength(1));
  return { job, worker: () => FakeWorker.made.at(-1)! };
}
/** The GPU is lost while the training is asked to stop: then it does not go on. */
function end(job: TrainingJob): void {
  job.stop();
  if (job.active) FakeWorker.made.at(-1)!.tell(job, lost);
  expect(job.active).toBe(false);
}

const commandOf = (worker: FakeWorker): TrainCommand => worker.received.find((command) => command.type === 'train')!;

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => vi.unstubAllGlobals());

it('a training whose GPU is lost goes on by itself from its latest checkpoint, in a worker of its own', async () => {
  const { job, worker } = await begun();
  const first = worker();
  expect(commandOf(first).keep?.how).toBe('new');
  first.tell(job, started());
  first.tell(job, { type: 'kept', step: 12 });
  first.tell(job, steps(17));
  first.tell(job, lost);
  expect(FakeWorker.made).toHaveLength(2);
  expect(first.terminated).toBe(true);
  expect(commandOf(worker())).toMatchObject({ keep: { how: 'again' }, job: job.id });
  expect(job.status).toBe('preparing');
  expect(job.safety.interruption).toEqual({ message: 'The browser took the GPU away.', step: 12 });
  worker().tell(job, started(12));
  expect([job.status, job.step, job.losses.length]).toEqual(['running', 12, 12]);
  end(job);
});

it('so does one whose worker dies without a word', async () => {
  const { job, worker } = await begun();
  worker().tell(job, started());
  worker().tell(job, { type: 'kept', step: 3 });
  worker().dispatchEvent(new Event('error'));
  expect(FakeWorker.made).toHaveLength(2);
  expect(job.safety.interruption?.step).toBe(3);
  end(job);
});

it('what is lost in the same place again and again is given up, with the reason', async () => {
  const { job, worker } = await begun();
  worker().tell(job, started());
  worker().tell(job, { type: 'kept', step: 12 });
  for (let attempt = 0; attempt < 3; attempt++) worker().tell(job, lost);
  expect([FakeWorker.made.length, job.status]).toEqual([4, 'preparing']);
  worker().tell(job, lost);
  expect(job.status).toBe('failed');
  expect(job.failure).toEqual({ message: 'The browser took the GPU away.', advice: 'Start again.' });
});

it('without a checkpoint, or by its own fault, it fails at once', async () => {
  const one = await begun();
  one.worker().tell(one.job, started());
  one.worker().tell(one.job, lost);
  expect([one.job.status, FakeWorker.made.length]).toEqual(['failed', 1]);
  FakeWorker.made = [];
  const other = await begun();
  other.worker().tell(other.job, started());
  other.worker().tell(other.job, { type: 'kept', step: 12 });
  other.worker().tell(other.job, { type: 'failed', message: 'The loss is not a number.', advice: '', deviceLost: false });
  expect([other.job.status, FakeWorker.made.length]).toEqual(['failed', 1]);
});

it('only one training has the device, and the next waits for it to end', async () => {
  const { job } = await begun();
  const second = new TrainingJob({ ...order, dataset: { id: 'y', name: 'Other' } }, async () => undefined);
  await vi.waitFor(() => expect(second.status).toBe('failed'), { timeout: 5000 });
  expect(second.failure?.message).toBe('Another tab of this browser is training.');
  expect(FakeWorker.made).toHaveLength(1);
  end(job);
});

it('what finds no room is kept in the tab, and saved when asked again', async () => {
  const save = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('The storage is full.')).mockResolvedValueOnce(undefined);
  const job = new TrainingJob(order, save);
  await vi.waitFor(() => expect(FakeWorker.made).toHaveLength(1));
  const worker = FakeWorker.made.at(-1)!;
  worker.tell(job, started());
  worker.tell(job, { type: 'trained', result: { steps: 40 }, files: {}, reason: 'all-steps' } as unknown as Told);
  await vi.waitFor(() => expect(job.status).toBe('failed'));
  expect(job.failure?.message).toBe('The storage is full.');
  job.saveAgain();
  await vi.waitFor(() => expect(job.status).toBe('finished'));
  expect(job.unsaved).toBeNull();
  expect(save.mock.calls[1]).toEqual(save.mock.calls[0]);
});

it('one that takes no step and says nothing is told of, and can begin again in a worker of its own', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { job, worker } = await begun();
    const lostOne = worker();
    lostOne.tell(job, started());
    vi.advanceTimersByTime(44_000);
    expect(job.silent).toBe(false);
    vi.advanceTimersByTime(1000);
    expect([job.silent, job.status]).toEqual([true, 'running']);
    job.beginAgain();
    expect([lostOne.terminated, FakeWorker.made.length, job.silent, job.status]).toEqual([true, 2, false, 'preparing']);
    expect(commandOf(worker()).keep?.how).toBe('new');
    lostOne.tell(job, steps(1));
    expect(job.step, 'the first worker is no longer heard').toBe(0);
    worker().tell(job, started());
    worker().tell(job, steps(1));
    vi.advanceTimersByTime(300_000);
    expect(job.silent, 'after a step, a long evaluation is nothing strange').toBe(false);
    end(job);
  } finally {
    vi.useRealTimers();
  }
});

it('what goes on from a checkpoint begins again from there, whether or not the worker came to read it', async () => {
  const job = new TrainingJob(order, async () => undefined, { id: 'before', created: 1 });
  await vi.waitFor(() => expect(FakeWorker.made).toHaveLength(1));
  job.beginAgain();
  expect(commandOf(FakeWorker.made[1]!).keep?.how).toBe('again');
  removed.mockClear();
  end(job);
  expect(removed, 'what was safe stays, to go on from another time').not.toHaveBeenCalled();
});
