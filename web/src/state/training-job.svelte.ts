import type { Document } from '../dataset/document.ts';
import type { DeviceKind } from '../engine/engine.ts';
import type { StoredEvaluation } from '../storage/schema.ts';
import type { EncoderSource, Prediction, Stage, WorkerEvent } from '../train/protocol.ts';
import type { Recipe } from '../train/recipe.ts';
import { newId } from './new-id.ts';
import { startWorker, type WorkerLine } from './training-worker.ts';

export type JobStatus = 'preparing' | 'running' | 'paused' | 'stopping' | 'saving' | 'finished' | 'failed';

export interface Failure {
  message: string;
  advice: string;
}

export interface TrainingOrder {
  dataset: { id: string; name: string };
  documents: Document[];
  encoder: EncoderSource;
  encoderName: string;
  recipe: Recipe;
  device: 'auto' | DeviceKind;
  /** The documents to watch. */
  watch: Document[];
}

type Started = Extract<WorkerEvent, { type: 'started' }>;
export type Trained = Extract<WorkerEvent, { type: 'trained' }>;

/** A training as the page sees it: what the worker has told so far. */
export class TrainingJob {
  readonly kind = 'training';
  readonly id = newId();
  readonly order: TrainingOrder;
  readonly created = Date.now();

  status = $state<JobStatus>('preparing');
  preparing = $state.raw<{ stage: Stage; done: number; total: number; message: string } | null>(null);
  started = $state.raw<Started | null>(null);
  step = $state(0);
  /** Loss of step 1, 2, …: the index is the step less one. */
  losses = $state.raw<number[]>([]);
  learningRate = $state(0);
  tokensPerSecond = $state(0);
  msLeft = $state(0);
  evaluations = $state.raw<StoredEvaluation[]>([]);
  watched = $state.raw<Prediction[]>([]);
  failure = $state.raw<Failure | null>(null);

  readonly active = $derived(this.status !== 'finished' && this.status !== 'failed');
  /** Between 0 and 1; null while nobody can say. */
  readonly progress = $derived.by(() => {
    if (this.started) return this.step / Math.max(1, this.started.steps);
    const { done, total } = this.preparing ?? { done: 0, total: 0 };
    return total > 0 ? done / total : null;
  });
  readonly best = $derived(this.evaluations.findLast((evaluation) => evaluation.best) ?? null);

  #line: WorkerLine;
  #startedAt = 0;
  readonly #onTrained: (job: TrainingJob, event: Trained, milliseconds: number) => Promise<void>;

  constructor(order: TrainingOrder, onTrained: (job: TrainingJob, event: Trained, milliseconds: number) => Promise<void>) {
    this.order = order;
    this.#onTrained = onTrained;
    this.#line = startWorker(
      (event) => void this.#take(event),
      (message) => this.#fail(message, ''),
    );
    this.#line.send({
      type: 'train',
      job: this.id,
      encoder: order.encoder,
      documents: order.documents,
      recipe: order.recipe,
      device: order.device,
      watch: order.watch.map((document) => document.id),
    });
  }

  pause(): void {
    this.#line.send({ type: 'pause', job: this.id });
  }

  resume(): void {
    this.#line.send({ type: 'resume', job: this.id });
  }

  stop(): void {
    // Before the first step there is nothing to keep, so the worker need not be asked.
    if (this.step === 0) {
      this.#line.end();
      this.status = 'finished';
      return;
    }
    this.status = 'stopping';
    this.#line.send({ type: 'stop', job: this.id });
  }

  #fail(message: string, advice: string): void {
    this.#line.end();
    this.failure = { message, advice };
    this.status = 'failed';
  }

  async #take(event: WorkerEvent): Promise<void> {
    if (event.job !== this.id) return;
    switch (event.type) {
      case 'progress':
        this.preparing = event;
        break;
      case 'started':
        this.started = event;
        this.status = 'running';
        this.#startedAt = Date.now();
        break;
      case 'steps':
        this.step = event.step;
        this.losses = [...this.losses, ...event.losses];
        this.learningRate = event.learningRate;
        this.tokensPerSecond = event.tokensPerSecond;
        this.msLeft = event.msLeft;
        break;
      case 'evaluation':
        this.evaluations = [...this.evaluations, { step: event.step, scores: event.scores, best: event.best }];
        this.watched = event.watched;
        break;
      case 'paused':
        this.status = 'paused';
        break;
      case 'resumed':
        this.status = 'running';
        break;
      case 'trained':
        this.#line.end();
        this.status = 'saving';
        this.step = event.result.steps;
        try {
          await this.#onTrained(this, event, Date.now() - this.#startedAt);
          this.status = 'finished';
        } catch (error) {
          this.#fail(error instanceof Error ? error.message : String(error), '');
        }
        break;
      case 'failed':
        this.#fail(event.message, event.advice);
        break;
    }
  }
}
