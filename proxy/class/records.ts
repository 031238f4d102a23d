import type { Records } from '../store/store.ts';

/** What an account may use in all, as the page says it; null is no bound. */
export interface PlainCaps {
  dollars: number | null;
  tokens: number | null;
  requests: number | null;
  /** Calls that may be open at once. */
  concurrency: number | null;
}

/** Instants are ISO 8601 in UTC. */
export interface ClassRecord {
  id: string;
  name: string;
  /** The join code, encrypted: the teacher's page shows it. */
  sealedCode: string;
  /** Of the whole code, and of the letters that say which class is meant. */
  codeHash: string;
  addressHash: string;
  models: 'all' | string[];
  caps: { class: PlainCaps; seat: PlainCaps };
  opens: string | null;
  closes: string | null;
  hours: { from: string; to: string; zone: string } | null;
  expires: string;
  created: string;
  paused: boolean;
  /** Those that are taken, in the form in which they are compared. */
  nicknames: string[];
}

export interface SeatRecord {
  id: string;
  nickname: string;
  joined: string;
  seen: string | null;
  revoked: boolean;
  /** The student has given it up: for good. */
  left: boolean;
  /** Its own, in place of the class's. */
  caps: PlainCaps | null;
  refreshHash: string;
}

export const noCaps: PlainCaps = { dollars: null, tokens: null, requests: null, concurrency: null };

/** Where everything lies in the store. */
export const key = {
  class: (id: string) => `class/${id}`,
  seat: (id: string, seat: string) => `seat/${id}/${seat}`,
  /** From the hash of a code's first letters to the class's id. */
  code: (addressHash: string) => `code/${addressHash}`,
  /** When a class was taken down. */
  ended: (id: string) => `ended/${id}`,
} as const;

/** Accounts in the books. */
export const account = { class: (id: string) => `class:${id}`, seat: (seat: string) => `seat:${seat}` } as const;

/** Records with their types; every one was written by this server. */
export class ClassRecords {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  get<Value>(at: string): Promise<Value | undefined> {
    return this.#records.get(at) as Promise<Value | undefined>;
  }

  put(at: string, value: unknown): Promise<void> {
    return this.#records.put(at, value);
  }

  /** Puts a value where there is none, and gives the one that is there then. */
  claim(at: string, value: string): Promise<unknown> {
    return this.#records.update(at, (present) => present ?? value);
  }

  /** By the time at which they were made. */
  async all<Value>(prefix: string): Promise<Value[]> {
    return (await this.#records.list(prefix)).map(([, value]) => value as Value);
  }

  /** Changes a value that is there; undefined where there is none. */
  change<Value>(at: string, change: (value: Value) => Value): Promise<Value | undefined> {
    return this.#records.update(at, (value) => (value === undefined ? undefined : change(value as Value))) as Promise<Value | undefined>;
  }
}
