import type { RunEvent } from './run.ts';

type Steps = Extract<RunEvent, { type: 'steps' }>;

/** Puts `steps` events together so that at most two a second are sent; no loss is left out. */
export class Throttle {
  #send: (event: Steps) => void;
  #waiting: Steps | null = null;
  #sentAt = -Infinity;

  constructor(send: (event: Steps) => void) {
    this.#send = send;
  }

  add(event: Steps): void {
    this.#waiting = { ...event, losses: [...(this.#waiting?.losses ?? []), ...event.losses] };
    if (performance.now() - this.#sentAt >= 500) this.flush();
  }

  /** Before any other event, so that the order of things stays true. */
  flush(): void {
    if (!this.#waiting) return;
    this.#send(this.#waiting);
    this.#waiting = null;
    this.#sentAt = performance.now();
  }
}
