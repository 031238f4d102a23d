import { removeTraining } from '../storage/trainings/private-files.ts';
import { text } from '../texts/index.ts';
import type { EvaluatedStep, Prediction, Stage, TrainCommand, WorkerEvent } from '../train/protocol.ts';
import { newId } from './new-id.ts';
import { Silence } from './silence.ts';
import { hearTabs, tellTabs } from './tabs.ts';
import { takeTrainerLock } from './trainer-lock.ts';
import type { TrainingOrder } from './training-order.ts';
import { TrainingSafety } from './training-safety.svelte.ts';
import { startWorker, type WorkerLine } from './training-worker.ts';

export type JobStatus = 'preparing' | 'running' | 'paused' | 'stopping' | 'saving' | 'finished' | 'failed';

export interface Failure {
  message: string;
  advice: string;
}

type Started = Extract<WorkerEvent, { type: 'started' }>;
export type Trained = Extract<WorkerEvent, { type: 'trained' }>;
type OnTrained = (job: TrainingJob, event: Trained, milliseconds: number) => Promise<void>;

/** Before its first step a worker says something more often than this. Milliseconds. */
const PATIENCE = 45_000;

/** A training as the page sees it: what the worker has told so far. Where its device or its worker is lost, it goes on by itself from its latest checkpoint. */
export class TrainingJob {
  readonly kind = 'training';
  readonly id: string;
  readonly order: TrainingOrder;
  readonly created: number;

  status = $state<JobStatus>('preparing');
  preparing = $state.raw<{ stage: Stage; done: number; total: number; message: string } | null>(null);
  started = $state.raw<Started | null>(null);
  step = $state(0);
  /** Loss of step 1, 2, …: the index is the step less one. */
  losses = $state.raw<number[]>([]);
  learningRate = $state(0);
  tokensPerSecond = $state(0);
  msLeft = $state(0);
  evaluations = $state.raw<EvaluatedStep[]>([]);
  watched = $state.raw<Prediction[]>([]);
  failure = $state.raw<Failure | null>(null);
  /** What was trained and could not be stored; it is there as long as the tab is open. */
  unsaved = $state.raw<{ trained: Trained; milliseconds: number } | null>(null);
  readonly safety = new TrainingSafety();
  /** Nothing was heard for long, and the first step has not come. A browser may have lost the worker: Firefox does at times while it starts threads. */
  silent = $state(false);

  readonly active = $derived(this.status !== 'finished' && this.status !== 'failed');
  /** Between 0 and 1; null while nobody can say. */
  readonly progress = $derived.by(() => {
    if (this.started) return this.step / Math.max(1, this.started.steps);
    const { done, total } = this.preparing ?? { done: 0, total: 0 };
    return total > 0 ? done / total : null;
  });
  readonly best = $derived(this.evaluations.findLast((evaluation) => evaluation.best) ?? null);

  #line: WorkerLine | null = null;
  #how: NonNullable<TrainCommand['keep']>['how'] = 'new';
  readonly #silence = new Silence(PATIENCE, () => (this.silent = true));
  #giveUpDevice: (() => void) | null = null;
  #startedAt = 0;
  #millisecondsBefore = 0;
  readonly #onTrained: OnTrained;

  /** @param brokenOff the training to go on with, where it is not a new one */
  constructor(order: TrainingOrder, onTrained: OnTrained, brokenOff: { id: string; created: number } | null = null) {
    this.id = brokenOff?.id ?? newId();
    this.created = brokenOff?.created ?? Date.now();
    this.order = order;
    this.#onTrained = onTrained;
    void this.#begin(brokenOff ? 'again' : 'new');
  }

  pause(): void {
    this.#line?.send({ type: 'pause', job: this.id });
  }

  resume(): void {
    this.#line?.send({ type: 'resume', job: this.id });
  }

  stop(): void {
    // Before the first step there is nothing to keep, so the worker need not be asked; one that is silent would not hear.
    if (this.step === 0 || this.silent || !this.#line) {
      this.#end('finished');
      if (this.#how === 'new' && this.safety.step === null) this.#forget();
      return;
    }
    this.status = 'stopping';
    this.#line.send({ type: 'stop', job: this.id });
  }

  /** Starts once more in a worker of its own, from the latest checkpoint where there is one. */
  beginAgain(): void {
    this.#line?.end();
    this.status = 'preparing';
    this.preparing = null;
    this.started = null;
    this.#start(this.safety.step === null ? this.#how : 'again');
  }

  async #begin(how: 'new' | 'again'): Promise<void> {
    const release = await takeTrainerLock();
    if (!release) return this.#fail(text.train.elsewhere.refused, text.train.elsewhere.advice);
    if (!this.active) return release();
    const stopHearing = hearTabs(({ kind }) => kind === 'who-trains' && this.#tell());
    this.#giveUpDevice = () => {
      stopHearing();
      release();
    };
    this.#start(how);
  }

  #start(how: NonNullable<TrainCommand['keep']>['how']): void {
    this.#how = how;
    this.silent = false;
    this.#silence.hear();
    const { encoder, encoderName, files, documents, recipe, device, watch, dataset } = this.order;
    this.#line = startWorker(
      (event) => void this.#take(event),
      (message) => this.#goOnOrFail(message, '', true),
    );
    const keep = { how, about: { created: this.created, dataset: { id: dataset.id, name: dataset.name }, encoder, encoderName } };
    this.#line.send({ type: 'train', job: this.id, encoder: files ? { files, name: encoderName } : { id: encoder }, documents, recipe, device, watch: watch.map((document) => document.id), keep });
  }

  /** A lost device or worker is no fault of the training: it goes on where it was kept. */
  #goOnOrFail(message: string, advice: string, isLost: boolean): void {
    this.#line?.end();
    this.#line = null;
    if (!isLost || this.status === 'stopping' || !this.safety.revives(message)) return this.#fail(message, advice);
    this.status = 'preparing';
    this.preparing = null;
    this.#start('again');
  }

  /** Saves what was trained once more, after room was made for it. */
  saveAgain(): void {
    if (this.unsaved) void this.#save(this.unsaved);
  }

  async #save(result: NonNullable<typeof this.unsaved>): Promise<void> {
    [this.status, this.failure, this.unsaved] = ['saving', null, null];
    try {
      await this.#onTrained(this, result.trained, result.milliseconds);
      this.#end('finished');
      this.#forget();
    } catch (error) {
      this.unsaved = result;
      this.#fail(error instanceof Error ? error.message : String(error), text.train.unsaved.advice);
    }
  }

  #fail(message: string, advice: string): void {
    this.failure = { message, advice };
    this.#end('failed');
    if (this.safety.step === null) this.#forget();
  }

  #end(status: 'finished' | 'failed'): void {
    this.#line?.end();
    this.#line = null;
    this.silent = false;
    this.#silence.end();
    this.status = status;
    this.#tell();
    this.#giveUpDevice?.();
    this.#giveUpDevice = null;
  }

  /** Clears the checkpoints away. Where the worker still holds a file, the next look for broken-off trainings does it. */
  #forget(): void {
    removeTraining(this.id).catch(() => undefined);
  }

  #tell(): void {
    tellTabs({ kind: 'training', dataset: this.order.dataset.name, step: this.step, steps: this.started?.steps ?? this.order.recipe.steps, msLeft: this.msLeft, over: !this.active });
  }

  async #take(event: WorkerEvent): Promise<void> {
    if (event.job !== this.id) return;
    this.silent = false;
    if (this.status === 'preparing') this.#silence.hear();
    else this.#silence.end();
    switch (event.type) {
      case 'progress':
        this.preparing = event;
        this.#tell();
        break;
      case 'started':
        this.started = event;
        this.status = 'running';
        this.#startedAt = Date.now();
        this.step = event.before?.step ?? 0;
        this.losses = event.before?.losses ?? [];
        this.evaluations = event.before?.evaluations ?? [];
        this.safety.step = event.before?.step ?? null;
        this.#millisecondsBefore = event.before?.milliseconds ?? 0;
        void this.safety.warnOfSpace(event.checkpointBytes);
        break;
      case 'steps':
        this.step = event.step;
        this.losses = [...this.losses, ...event.losses];
        this.learningRate = event.learningRate;
        this.tokensPerSecond = event.tokensPerSecond;
        this.msLeft = event.msLeft;
        this.#tell();
        break;
      case 'evaluation':
        this.evaluations = [...this.evaluations, { step: event.step, scores: event.scores, best: event.best }];
        this.watched = event.watched;
        break;
      case 'kept':
        this.safety.kept(event.step);
        break;
      case 'unkept':
        this.safety.problem = event.message;
        break;
      case 'paused':
        this.status = 'paused';
        break;
      case 'resumed':
        this.status = 'running';
        break;
      case 'trained':
        this.#line?.end();
        this.step = event.result.steps;
        await this.#save({ trained: event, milliseconds: this.#millisecondsBefore + Date.now() - this.#startedAt });
        break;
      case 'failed':
        this.#goOnOrFail(event.message, event.advice, event.deviceLost);
        break;
    }
  }
}
