import { readModelFiles } from '../storage/models.ts';
import type { Span } from '../text/span.ts';
import { text as words } from '../texts/index.ts';
import type { WorkerEvent } from '../train/protocol.ts';
import { newId } from './new-id.ts';
import { Silence } from './silence.ts';
import { store } from './store.ts';
import type { Failure } from './training-job.svelte.ts';
import { OPENING_PATIENCE, startWorker, type WorkerLine } from './training-worker.ts';

/**
 * The tagger behind the text box of Try. It stays open while the page is, and answers the newest text only: while one
 * is being tagged, older waiting ones are forgotten.
 */
export class Tagger {
  status = $state<'closed' | 'opening' | 'ready' | 'failed'>('closed');
  model = $state<string | null>(null);
  deviceName = $state('');
  failure = $state.raw<Failure | null>(null);
  /** The text the spans belong to. */
  tagged = $state.raw<{ text: string; spans: Span[]; milliseconds: number }>({ text: '', spans: [], milliseconds: 0 });
  busy = $state(false);

  #line: WorkerLine | null = null;
  readonly #silence = new Silence(OPENING_PATIENCE, () => this.#fail(words.jobs.silent, words.jobs.silentAdvice));
  #waiting: string | null = null;
  #sent: { job: string; text: string; at: number; spans: Span[] } | null = null;

  async open(model: string, device: 'webgpu' | 'wasm'): Promise<void> {
    this.close();
    this.status = 'opening';
    this.model = model;
    try {
      const files = await readModelFiles(await store(), model);
      if (this.model !== model) return;
      this.#line = startWorker(
        (event) => this.#take(event),
        (message) => this.#fail(message, ''),
      );
      this.#line.send({ type: 'open', job: newId(), files, device });
      this.#silence.hear();
    } catch (error) {
      if (this.model === model) this.#fail(error instanceof Error ? error.message : String(error), '');
    }
  }

  /** Asks for the spans of a text; they appear in `tagged`. */
  tag(text: string): void {
    this.#waiting = text;
    this.#next();
  }

  close(): void {
    this.#silence.end();
    this.#line?.end();
    this.#line = null;
    this.#sent = null;
    this.model = null;
    this.status = 'closed';
    this.busy = false;
    this.failure = null;
  }

  #next(): void {
    if (this.#sent || this.#waiting === null || this.status !== 'ready') return;
    const text = this.#waiting;
    this.#waiting = null;
    if (!text.trim()) {
      this.tagged = { text, spans: [], milliseconds: 0 };
      this.busy = false;
      return;
    }
    this.#sent = { job: newId(), text, at: performance.now(), spans: [] };
    this.busy = true;
    this.#line?.send({ type: 'tag', job: this.#sent.job, texts: [{ text }] });
  }

  #fail(message: string, advice: string): void {
    this.#silence.end();
    this.#line?.end();
    this.#line = null;
    this.#sent = null;
    this.busy = false;
    this.failure = { message, advice };
    this.status = 'failed';
  }

  #take(event: WorkerEvent): void {
    if (event.type === 'ready') {
      this.#silence.end();
      this.status = 'ready';
      this.deviceName = event.device.name;
      this.#next();
    } else if (event.type === 'tagged' && event.job === this.#sent?.job) {
      this.#sent.spans.push(...event.spans.flat());
      if (!event.last) return;
      const { text, at, spans } = this.#sent;
      this.#sent = null;
      this.tagged = { text, spans, milliseconds: performance.now() - at };
      this.busy = false;
      this.#next();
    } else if (event.type === 'failed') {
      this.#fail(event.message, event.advice);
    }
  }
}
