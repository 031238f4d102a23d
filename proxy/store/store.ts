import type { View } from './transactions.ts';

/** Amounts are whole numbers: billionths of a dollar, and tokens. */
export interface Amount {
  money: number;
  tokens: number;
}

/** Billionths in a dollar. */
export const DOLLAR = 1_000_000_000;

export type Quantity = 'money' | 'tokens' | 'requests' | 'concurrency';

/** What an account may use in all; `concurrency` is how many calls may be open at once. What is missing has no bound. */
export type Caps = Partial<Record<Quantity, number>>;

/** A call that is about to be made: at most this much, on all of these accounts. */
export interface Reservation {
  id: string;
  accounts: readonly string[];
  bound: Amount;
  model: string;
}

/**
 * `wait`: it would fit but for reservations that are still open. `refused`: what has been spent leaves too little.
 * The first account and quantity that stand in the way are named.
 */
export type Reserved = { outcome: 'reserved' } | { outcome: 'wait' | 'refused'; account: string; quantity: Quantity };

export interface Account {
  caps: Caps;
  /** Settled and unresolved calls. */
  spent: Amount & { requests: number };
  /** Bounds of the open calls. */
  reserved: Amount;
  /** Open calls. */
  open: number;
  /** Calls whose usage never arrived, booked in `spent` at their bounds. */
  unresolved: Amount & { requests: number };
}

/** A call that was booked at its bound because its usage never arrived. */
export interface UnresolvedCall {
  id: string;
  bound: Amount;
  model: string;
  reason: string;
}

/**
 * The books: reserve an upper bound before a call, settle it with the usage that the reply reports. All methods are
 * atomic, also between several proxies on one store. Settling, abandoning or releasing a call that is not open does nothing.
 */
export interface Ledger {
  /** Opens the account where there is none. */
  setCaps(account: string, caps: Caps): Promise<void>;
  /** An account that was not opened is refused. */
  reserve(reservation: Reservation): Promise<Reserved>;
  /** The call's usage has arrived. It is booked as it is, also where it is above the bound. */
  settle(id: string, usage: Amount): Promise<void>;
  /** The call may have cost something, but its usage will not arrive: booked at its bound and listed. */
  abandon(id: string, reason: string): Promise<void>;
  /** Nothing went upstream: as if it had not been reserved. */
  release(id: string): Promise<void>;
  /** Zeros where there is no such account. */
  account(account: string): Promise<Account>;
  /** The latest 1,000, newest first. */
  unresolved(account: string): Promise<UnresolvedCall[]>;
  /** Removes an account and its unresolved calls. */
  forget(account: string): Promise<void>;
  /** Resolves when something was settled or released, or after `milliseconds`: then a waiting call may try again. */
  changed(milliseconds: number): Promise<void>;
}

/** JSON values by key, such as classes. */
export interface Records {
  get(key: string): Promise<unknown>;
  /** Keys with the prefix, sorted, and their values. */
  list(prefix: string): Promise<[key: string, value: unknown][]>;
  /** Reads and changes wholly or not at all. `work` may be asked more than once, so it does nothing else. */
  transact<T>(work: (view: View) => T): Promise<T>;
}

/** Everything that outlives a request. Open calls of a proxy that died are abandoned by the next start (SQLite) or by the others (Valkey). */
export interface Store {
  ledger: Ledger;
  records: Records;
  close(): Promise<void>;
}
