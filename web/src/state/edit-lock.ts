import { hearTabs, tellTabs } from './tabs.ts';

export interface EditLockEvents {
  /** This tab may write from now on. */
  held(): void;
  /** Another tab wants to write: nothing more may be begun here. */
  lost(): void;
  /** Resolves when what was begun is written. */
  finished(): Promise<void>;
}

/** How long another tab may take to finish before the lock is taken from it: it may be frozen. Its writes are checked, so none goes wrong. */
const patience = 5000;

/**
 * The right to write to one data set, which one tab has at a time. The others wait for it: it comes to them when that tab
 * closes, or when they take it over. Where the browser has no locks (outside a secure context), every tab may write, and
 * the check of each change against what is stored is what protects the data.
 */
export class EditLock {
  readonly #dataset: string;
  readonly #name: string;
  readonly #events: EditLockEvents;
  readonly #stopHearing: () => void;
  #waiting: AbortController | null = null;
  #release: (() => void) | null = null;
  #closed = false;

  constructor(dataset: string, events: EditLockEvents) {
    this.#dataset = dataset;
    this.#name = `tagsmith-edit:${dataset}`;
    this.#events = events;
    this.#stopHearing = hearTabs((message) => {
      if (message.kind === 'take-over' && message.dataset === dataset) void this.#letGo();
    });
    this.#ask();
  }

  /** Resolves when it is known whether this tab has the lock or another one does. */
  async asked(): Promise<void> {
    const locks = navigator.locks as LockManager | undefined;
    const { held } = (await locks?.query()) ?? {};
    // The answer to the question may come before the lock that was granted before it.
    if (held?.some(({ name }) => name === this.#name)) for (let wait = 0; wait < 10 && !this.#release; wait++) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  get held(): boolean {
    return this.#release !== null;
  }

  /** Resolves when this tab has the lock. */
  async takeOver(): Promise<void> {
    if (this.#release || this.#closed) return;
    tellTabs({ kind: 'take-over', dataset: this.#dataset });
    let end = Date.now() + patience;
    while (!this.#release && !this.#closed) {
      if (Date.now() > end) {
        end = Infinity;
        this.#waiting?.abort();
        this.#ask({ steal: true });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Gives the lock back when everything is written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopHearing();
    this.#waiting?.abort();
    if (!this.#release) return;
    await this.#events.finished();
    this.#release?.();
    this.#release = null;
  }

  /** Lets the tab that asked go first, and waits behind it. */
  async #letGo(): Promise<void> {
    if (this.#release) {
      this.#events.lost();
      await this.#events.finished();
      this.#release?.();
      this.#release = null;
    } else {
      this.#waiting?.abort();
    }
    if (!this.#closed) this.#ask();
  }

  #ask(how: { steal?: true } = {}): void {
    const locks = navigator.locks as LockManager | undefined;
    if (!locks) {
      this.#release = () => undefined;
      this.#events.held();
      return;
    }
    const waiting = new AbortController();
    this.#waiting = waiting;
    const hold = async (): Promise<void> => {
      if (this.#closed || waiting.signal.aborted) return;
      await new Promise<void>((resolve) => {
        this.#release = resolve;
        this.#events.held();
      });
    };
    // Stealing takes no signal.
    const options = how.steal ? { steal: true } : { signal: waiting.signal };
    locks.request(this.#name, options, hold).catch(() => {
      // Given up by this tab, or taken from it.
      if (waiting.signal.aborted || this.#closed) return;
      this.#release = null;
      this.#events.lost();
      this.#ask();
    });
  }
}
