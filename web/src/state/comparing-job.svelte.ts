import type { Document } from '../dataset/document.ts';
import type { Span } from '../text/span.ts';
import { newId } from './new-id.ts';
import { TaggingJob } from './tagging-job.svelte.ts';
import { taggerFiles } from './taggers.ts';
import type { Failure, JobStatus } from './training-job.svelte.ts';

interface Compared {
  id: string;
  name: string;
}

export interface ComparingOrder {
  models: [Compared, Compared];
  dataset: { id: string; name: string };
  /** Which of its texts: a word of the page's, for the link. */
  on: string;
  /** With their labels. */
  documents: Document[];
  device: 'webgpu' | 'wasm';
}

/** Labelled texts being tagged by one tagger and then by another. */
export class ComparingJob {
  readonly kind = 'comparing';
  readonly id = newId();
  readonly order: ComparingOrder;

  status = $state<JobStatus>('preparing');
  failure = $state.raw<Failure | null>(null);
  /** What each found, one list a text; null until both have read all texts, and after a stop. */
  found = $state.raw<[Span[][], Span[][]] | null>(null);
  /** Which of the two is at work: 0 or 1. */
  turn = $state<0 | 1>(0);

  #tagging = $state.raw<TaggingJob | null>(null);
  readonly active = $derived(this.status !== 'finished' && this.status !== 'failed');
  readonly progress = $derived.by(() => (this.turn + (this.#tagging?.progress ?? 0)) / 2);
  readonly msLeft = $derived.by(() => {
    const speed = this.#tagging?.textsPerSecond ?? 0;
    return speed > 0 ? this.#tagging!.msLeft + (this.turn === 0 ? (1000 * this.order.documents.length) / speed : 0) : 0;
  });
  #stopped = false;

  constructor(order: ComparingOrder) {
    this.order = order;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.status = 'stopping';
    this.#tagging?.stop();
  }

  async #run(): Promise<void> {
    try {
      const first = await this.#tag(0);
      const second = first && (await this.#tag(1));
      if (first && second) this.found = [first, second];
      if (this.status !== 'failed') this.status = 'finished';
    } catch (error) {
      this.#fail({ message: error instanceof Error ? error.message : String(error), advice: '' });
    }
  }

  /** Null where it failed or was stopped. */
  async #tag(turn: 0 | 1): Promise<Span[][] | null> {
    const { models, documents, dataset, device } = this.order;
    const files = await taggerFiles(models[turn].id);
    if (this.#stopped) return null;
    this.turn = turn;
    const tagging = new TaggingJob({ model: models[turn], files, device, file: dataset.name, documents });
    this.#tagging = tagging;
    this.status = 'running';
    await tagging.ended;
    if (tagging.failure) this.#fail(tagging.failure);
    return tagging.failure || this.#stopped ? null : tagging.spans;
  }

  #fail(failure: Failure): void {
    this.failure = failure;
    this.status = 'failed';
  }
}
