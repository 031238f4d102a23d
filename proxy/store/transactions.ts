import { setImmediate as nextMoment } from 'node:timers/promises';
import { ApiError } from '../error.ts';

/** Texts by key; null where there is none. */
export type Texts = Map<string, string | null>;

/** Texts by key that last. Each method fails with a `StoreError` while they can't be reached. */
export interface Shelf {
  /** Reads at once, where that is no farther away than the file system. */
  readNow?(key: string): string | null;
  read(keys: readonly string[]): Promise<(string | null)[]>;
  /** Keys with the prefix, sorted, and their texts. */
  list(prefix: string): Promise<[key: string, text: string][]>;
  /** Makes all changes or none, null removes. False where a text is not as it was seen any more. `wakes`: calls that wait may try again. */
  write(seen: Texts, changes: Texts, wakes: boolean): Promise<boolean>;
  /** What to do where a proxy's write wakes. */
  onWake(wake: () => void): void;
  close(): Promise<void>;
}

/** What a transaction reads and changes: JSON values, undefined where there is none. */
export interface View {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  /** Calls that wait may fit now. */
  wake(): void;
}

/**
 * The store can't be used just now: disk full, connection lost. `cause` is for the log, not for clients. What failed has
 * not been booked, or will be repeated by the books.
 */
export class StoreError extends ApiError {
  constructor(cause: unknown) {
    const help = "Try again in a moment; if that doesn't help, tell whoever runs the proxy.";
    super(503, 'store_unavailable', `The proxy can't reach its books just now, so it makes no call. ${help}`, { headers: { 'retry-after': '1' } });
    this.cause = cause;
  }
}

interface Work {
  ask: (view: View) => unknown;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Thrown through a work that asks for a text that was not read yet. */
const unread = Symbol('unread');

/**
 * Transactions over a shelf. What comes in one moment is written together, since a write costs more than a booking.
 * Works are run on what has been read; where one asks for more, that is read and all are run again, and so they are
 * where another proxy has changed meanwhile what they have seen.
 */
export function openTransactions(shelf: Shelf): <T>(ask: (view: View) => T) => Promise<T> {
  let waiting: Work[] = [];
  let isRunning = false;

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      await nextMoment();
      const works = waiting;
      waiting = [];
      const ends = await together(works).catch((error: unknown) => works.map(({ reject }) => () => reject(error)));
      for (const end of ends) end();
    }
    isRunning = false;
  }

  /** Says how to end each work once all is written. */
  async function together(works: readonly Work[]): Promise<(() => void)[]> {
    const seen: Texts = new Map();
    for (;;) {
      const { ends, changes, missing, wakes } = attempt(works, seen);
      if (missing.size === 0 && (await shelf.write(seen, changes, wakes))) return ends;
      const keys = missing.size > 0 ? [...missing] : [...seen.keys()];
      for (const [index, text] of (await shelf.read(keys)).entries()) seen.set(keys[index]!, text);
    }
  }

  /** Runs works one upon the other. What one of them throws is its own: the others' changes stay. */
  function attempt(works: readonly Work[], seen: Texts) {
    const changes: Texts = new Map();
    const missing = new Set<string>();
    let wakes = false;
    const ends = works.map(({ ask, resolve, reject }) => {
      const own: Texts = new Map();
      const view: View = {
        get(key) {
          if (shelf.readNow && !seen.has(key)) seen.set(key, shelf.readNow(key));
          const text = [own, changes, seen].find((texts) => texts.has(key))?.get(key);
          if (text === undefined) {
            missing.add(key);
            throw unread;
          }
          return text === null ? undefined : JSON.parse(text);
        },
        put: (key, value) => void own.set(key, value === undefined ? null : JSON.stringify(value)),
        wake: () => void (wakes = true),
      };
      try {
        const result = ask(view) as never;
        for (const [key, text] of own) changes.set(key, text);
        return () => resolve(result);
      } catch (error) {
        return () => reject(error);
      }
    });
    return { ends, changes, missing, wakes };
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      if (!isRunning) void runAll();
    });
}
