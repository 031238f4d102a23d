import type { Amount } from './store.ts';

/** How a call ends. `late`: its reservation may still be on its way, and shall not be made any more. */
export type Closing = { how: 'settle'; usage: Amount } | { how: 'abandon'; reason: string } | { how: 'release'; late?: true };

/** Why the calls of a proxy that is gone were abandoned. */
export const stoppedReason = 'the proxy was stopped during the call';

/** So many unresolved calls are kept for each account. */
export const keptUnresolved = 1_000;

const retryMilliseconds = 1_000;

/**
 * Ends calls. An end that the store could not take is kept, and tried again until it can: a passing fault leaves no call
 * open, and usage that has arrived is not lost. A call's first end counts.
 */
export class Closings {
  readonly #book: (id: string, closing: Closing) => Promise<void>;
  readonly #left = new Map<string, Closing>();
  #timer: NodeJS.Timeout | undefined;

  /** `book` does nothing where the call is not open, so that it may be asked twice. */
  constructor(book: (id: string, closing: Closing) => Promise<void>) {
    this.#book = book;
  }

  async close(id: string, closing: Closing): Promise<void> {
    const first = this.#left.get(id) ?? closing;
    try {
      await this.#book(id, first);
      this.#left.delete(id);
    } catch (error) {
      this.later(id, first);
      throw error;
    }
  }

  /** Keeps it for the next try. */
  later(id: string, closing: Closing): void {
    this.#left.set(id, closing);
    this.#timer ??= setTimeout(() => void this.retry(), retryMilliseconds).unref();
  }

  async retry(): Promise<void> {
    this.stop();
    await Promise.allSettled([...this.#left].map(([id, closing]) => this.close(id, closing)));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
