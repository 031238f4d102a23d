import type { Document } from '../dataset/document.ts';
import type { Span } from '../text/span.ts';
import { text as words } from '../texts/index.ts';
import type { ModelFiles, WorkerEvent } from '../train/protocol.ts';
import { newId } from './new-id.ts';
import { Silence } from './silence.ts';
import type { Failure, JobStatus } from './training-job.svelte.ts';
import { OPENING_PATIENCE, startWorker, type WorkerLine } from './training-worker.ts';

export interface TaggingOrder {
  model: { id: string; name: string };
  files: ModelFiles;
  device: 'webgpu' | 'wasm';
  /** What is tagged, by name: a file, or a data set. */
  file: string;
  documents: Document[];
  /** Where the spans go as suggestions; absent where they are for a file. */
  dataset?: string;
}

/** Texts being tagged: of a file, or of a data set that gets suggestions. */
export class TaggingJob {
  readonly kind: 'tagging' | 'suggesting';
  readonly id = newId();
  readonly order: Omit<TaggingOrder, 'files'>;

  status = $state<JobStatus>('preparing');
  /** Texts that are tagged. Their spans are in `spans`, which is not reactive: there may be hundreds of thousands. */
  done = $state(0);
  textsPerSecond = $state(0);
  failure = $state.raw<Failure | null>(null);
  readonly spans: Span[][] = [];
  /** Resolves when nothing more comes; with `failure` set where that was not meant. */
  readonly ended: Promise<void>;

  readonly active = $derived(this.status !== 'finished' && this.status !== 'failed');
  readonly progress = $derived.by(() => (this.status === 'preparing' ? null : this.done / Math.max(1, this.order.documents.length)));
  readonly msLeft = $derived.by(() => (this.textsPerSecond > 0 ? (1000 * (this.order.documents.length - this.done)) / this.textsPerSecond : 0));

  #line: WorkerLine;
  readonly #silence = new Silence(OPENING_PATIENCE, () => this.#fail(words.jobs.silent, words.jobs.silentAdvice));
  #end: () => void = () => undefined;

  constructor({ files, ...order }: TaggingOrder) {
    this.order = order;
    this.kind = order.dataset === undefined ? 'tagging' : 'suggesting';
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#line = startWorker(
      (event) => this.#take(event),
      (message) => this.#fail(message, ''),
    );
    this.#line.send({ type: 'open', job: this.id, files, device: order.device });
    this.#silence.hear();
  }

  /** The documents tagged so far, with the tagger's spans in place of any they had. */
  tagged(): Document[] {
    return this.order.documents.slice(0, this.done).map((document, index) => ({ ...document, spans: this.spans[index] ?? [] }));
  }

  stop(): void {
    if (this.status === 'preparing') {
      this.#finish();
      return;
    }
    this.status = 'stopping';
    this.#line.send({ type: 'stop', job: this.id });
  }

  #finish(): void {
    this.#silence.end();
    this.#line.end();
    this.status = 'finished';
    this.#end();
  }

  #fail(message: string, advice: string): void {
    this.#silence.end();
    this.#line.end();
    this.failure = { message, advice };
    this.status = 'failed';
    this.#end();
  }

  #take(event: WorkerEvent): void {
    if (event.job !== this.id) return;
    if (event.type === 'ready') {
      this.#silence.end();
      this.status = 'running';
      this.#line.send({ type: 'tag', job: this.id, texts: this.order.documents.map(({ text, words }) => ({ text, ...(words ? { words } : {}) })) });
    } else if (event.type === 'tagged') {
      event.spans.forEach((spans, index) => (this.spans[event.from + index] = spans));
      this.done = this.spans.length;
      this.textsPerSecond = event.textsPerSecond;
      if (event.last) this.#finish();
    } else if (event.type === 'failed') {
      this.#fail(event.message, event.advice);
    }
  }
}
