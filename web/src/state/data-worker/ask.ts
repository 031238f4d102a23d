import type { Asked, Question, Questions, Reply, Source } from './protocol.ts';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  onProgress: ((done: number, of: number | null) => void) | undefined;
}

/** The page's end of one worker that answers questions about stored data sets, one after the other. It starts with the first. */
export class DataWorker {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;

  /** Rejects with a sentence for people, or with an `AbortError` where `end` came first. */
  async ask<Name extends Question>(name: Name, source: Source, settings: Questions[Name]['settings'], onProgress?: (done: number, of: number | null) => void): Promise<Questions[Name]['answer']> {
    const id = this.#next++;
    const asked: Asked<Name> = { id, name, source: { ...source }, settings };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      (this.#worker ??= this.#start()).postMessage(asked);
    });
  }

  /** Stops whatever it does and gives its memory back. The next question starts it anew. */
  end(): void {
    this.#fail(new DOMException('Stopped.', 'AbortError'));
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if (data.kind === 'progress') {
        waiting.onProgress?.(data.done, data.of);
        return;
      }
      this.#waiting.delete(data.id);
      if (data.kind === 'answer') waiting.resolve(data.value as never);
      else waiting.reject(new Error(data.message));
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message || 'The part of the page that counts stopped without saying why, most likely for want of memory. Close other tabs and try again.'));
    });
    return worker;
  }

  #fail(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
