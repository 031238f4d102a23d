import type { ModelRecord, RunRecord } from '../storage/schema.ts';
import type { AnnotationJob } from './annotation-job.svelte.ts';
import type { ComparingJob } from './comparing-job.svelte.ts';
import { TaggingJob, type TaggingOrder } from './tagging-job.svelte.ts';
import { TrainingJob, type Trained } from './training-job.svelte.ts';
import type { TrainingOrder } from './training-order.ts';
import { workspace } from './workspace.svelte.ts';

export type Job = TrainingJob | TaggingJob | AnnotationJob | ComparingJob;

/** What computes in the background. Jobs belong to the tab, not to a page: they go on while one looks elsewhere. */
class Jobs {
  all = $state.raw<Job[]>([]);
  readonly active = $derived(this.all.filter((job) => job.active));
  /** Whether this device computes; an LLM does so elsewhere. */
  readonly computing = $derived(this.active.some(({ kind }) => kind !== 'llm'));
  /** The newest training, running or over. */
  readonly training = $derived(this.all.findLast((job): job is TrainingJob => job.kind === 'training') ?? null);
  readonly tagging = $derived(this.all.findLast((job): job is TaggingJob => job.kind === 'tagging') ?? null);
  readonly suggesting = $derived(this.all.findLast((job): job is TaggingJob => job.kind === 'suggesting') ?? null);

  /** Starts a training, or goes on with one that was broken off; its run and tagger are stored when it ends. */
  train(order: TrainingOrder, brokenOff: { id: string; created: number } | null = null): TrainingJob {
    const job = new TrainingJob(order, storeRun, brokenOff);
    this.all = [...this.all.filter(({ id }) => id !== job.id), job];
    return job;
  }

  tag(order: TaggingOrder): TaggingJob {
    const job = new TaggingJob(order);
    this.all = [...this.all, job];
    return job;
  }

  /** Takes up a job of an LLM. Its page makes it, so that what it needs comes with that page. */
  annotate(job: AnnotationJob): void {
    this.all = [...this.all, job];
    void job.run();
  }

  /** Takes up a comparison, made by its page like the jobs of an LLM. */
  compare(job: ComparingJob): void {
    this.all = [...this.all, job];
  }

  /** Shows a job of an LLM that stands still, from before this page was loaded. */
  found(job: AnnotationJob): void {
    this.all = [...this.all, job];
  }

  /** Takes a job that is over from the list. */
  dismiss(job: Job): void {
    this.all = this.all.filter((other) => other !== job);
  }
}

export const jobs = new Jobs();

async function storeRun(job: TrainingJob, event: Trained, milliseconds: number): Promise<void> {
  const { order } = job;
  const scored = new Set(event.result.predictions.map((prediction) => prediction.document));
  const run: RunRecord = {
    id: job.id,
    dataset: order.dataset.id,
    created: job.created,
    milliseconds,
    recipe: order.recipe,
    reason: event.reason,
    result: event.result,
    evaluations: job.evaluations,
    gold: order.documents.filter((document) => scored.has(document.id)),
  };
  const model: ModelRecord = {
    id: job.id,
    dataset: order.dataset.id,
    name: `${order.dataset.name} · ${order.encoderName}`,
    encoder: order.encoderName,
    labels: event.result.labels,
    bytes: Object.values(event.files).reduce((sum, file) => sum + file.byteLength, 0),
    created: job.created,
  };
  await workspace.addRun(run, model, event.files);
}
