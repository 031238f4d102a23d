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

/** Accounts in the books. */
export const account = { class: (id: string) => `class:${id}`, seat: (seat: string) => `seat:${seat}` } as const;

/** Where everything lies in the store. */
export function openTables(records: Records) {
  return {
    classes: new Table<ClassRecord>(records, 'class/'),
    /** By class and seat, with a slash between. */
    seats: new Table<SeatRecord>(records, 'seat/'),
    /** From the hash of a code's first letters to the class's id. */
    codes: new Table<string>(records, 'code/'),
    /** Classes that were taken down, and when. */
    ended: new Table<{ id: string; at: number }>(records, 'ended/'),
  };
}

export type Tables = ReturnType<typeof openTables>;

/** Records of one kind, all written by this server. */
class Table<Value> {
  readonly #records: Records;
  readonly #prefix: string;

  constructor(records: Records, prefix: string) {
    this.#records = records;
    this.#prefix = prefix;
  }

  get(id: string): Promise<Value | undefined> {
    return this.#records.get(this.#prefix + id) as Promise<Value | undefined>;
  }

  /** Without a value it removes. */
  put(id: string, value?: Value): Promise<void> {
    return this.#records.put(this.#prefix + id, value);
  }

  /** Puts a value where there is none, and gives the one that is there then. */
  claim(id: string, value: Value): Promise<Value> {
    return this.#records.update(this.#prefix + id, (present) => present ?? value) as Promise<Value>;
  }

  /** Changes a value that is there; undefined where there is none. */
  change(id: string, change: (value: Value) => Value): Promise<Value | undefined> {
    return this.#records.update(this.#prefix + id, (value) => (value === undefined ? undefined : change(value as Value))) as Promise<Value | undefined>;
  }

  async all(within = ''): Promise<Value[]> {
    return (await this.#records.list(this.#prefix + within)).map(([, value]) => value as Value);
  }
}
