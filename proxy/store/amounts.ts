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
