import { isDeepStrictEqual } from 'node:util';
import { DOLLAR, type Caps } from '../store/amounts.ts';
import { type Books, forget, setCaps } from '../store/books.ts';

import type { View } from '../store/transactions.ts';
import type { NewClass, PlainCaps } from './input.ts';

/** A class with its seats. Instants are ISO 8601 in UTC. */
export interface ClassRecord extends Omit<NewClass, 'caps'> {
  id: string;
  caps: { class: PlainCaps; seat: PlainCaps };
  /** What the join code is derived from: the code itself is in no record. */
  codeSeed: string;
  created: string;
  paused: boolean;
  /** In the order in which they joined. */
  seats: SeatRecord[];
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

/** Accounts in the books. */
export const account = { class: (id: string) => `class:${id}`, seat: (seat: string) => `seat:${seat}` } as const;

const prefix = 'class/';

export type ClassRecords = ReturnType<typeof classRecords>;

/** The classes in the store, and their accounts: these come, change and go with the record, in the same moment. */
export function classRecords(books: Books) {
  /** Replaces a class by what `change` makes of it, undefined to remove it; undefined where there is none. */
  const change = (id: string, make: (old: ClassRecord) => ClassRecord | undefined): Promise<ClassRecord | undefined> =>
    books.transact((view) => {
      const old = view.get(prefix + id) as ClassRecord | undefined;
      const changed = old && make(old);
      if (old) put(view, id, old, changed);
      return changed;
    });
  return {
    change,
    get: (id: string) => books.get(prefix + id) as Promise<ClassRecord | undefined>,
    all: async () => (await books.list(prefix)).map(([, record]) => record as ClassRecord),
    /** False where there is one of its id. */
    add: (record: ClassRecord): Promise<boolean> =>
      books.transact((view) => {
        if (view.get(prefix + record.id)) return false;
        put(view, record.id, undefined, record);
        return true;
      }),
    changeSeat: (id: string, seatId: string, make: (old: SeatRecord, record: ClassRecord) => SeatRecord) =>
      change(id, (old) => ({ ...old, seats: old.seats.map((seat) => (seat.id === seatId ? make(seat, old) : seat)) })),
  };
}

function put(view: View, id: string, old: ClassRecord | undefined, record: ClassRecord | undefined): void {
  view.put(prefix + id, record);
  const [before, after] = [capsByAccount(old), capsByAccount(record)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const caps = after.get(name);
    if (!caps) forget(view, name);
    else if (!isDeepStrictEqual(caps, before.get(name))) setCaps(view, name, caps);
  }
}

function capsByAccount(record: ClassRecord | undefined): Map<string, Caps> {
  if (!record) return new Map();
  const seats = record.seats.map(({ id, caps }) => [account.seat(id), bookCaps(caps ?? record.caps.seat)] as const);
  return new Map([[account.class(record.id), bookCaps(record.caps.class)], ...seats]);
}

/** As the books take them: whole numbers, and nothing for no bound. */
function bookCaps({ dollars, ...counts }: PlainCaps): Caps {
  const caps = { money: dollars === null ? null : Math.round(dollars * DOLLAR), ...counts };
  return Object.fromEntries(Object.entries(caps).filter(([, cap]) => cap !== null));
}
