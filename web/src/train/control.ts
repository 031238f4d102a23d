/** The hand on a running job: whoever started it pauses, resumes and stops it; the job looks between two pieces of work. */
export class Control {
  #paused = false;
  #stopped = false;
  #waiting: (() => void)[] = [];

  get paused(): boolean {
    return this.#paused && !this.#stopped;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#release();
  }

  /** For good: a stopped job neither pauses nor goes on. */
  stop(): void {
    this.#stopped = true;
    this.#release();
  }

  /** Resolves when the job may look again: at once, or after `resume` or `stop`. */
  async untilResumed(): Promise<void> {
    if (this.paused) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Gives waiting messages their turn: a worker that computes without a pause would never hear "stop". */
export function takeMessages(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
