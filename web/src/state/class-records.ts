import type { ProxyLimits } from '../llm/limits.ts';

/** What an account may use in all; null is no bound. */
export interface Caps {
  dollars: number | null;
  tokens: number | null;
  requests: number | null;
  /** Calls that may be open at once. */
  concurrency: number | null;
}

export interface Usage {
  /** Of calls that have ended. */
  dollars: number;
  tokens: number;
  requests: number;
  /** Set aside for the calls that are open now. */
  reservedDollars: number;
  open: number;
  /** Calls whose usage never arrived: booked at the most they can have cost. */
  unresolvedRequests: number;
}

/** From and to as `08:00`, in a time zone such as `Europe/Berlin`. */
export interface Hours {
  from: string;
  to: string;
  zone: string;
}

/** What a teacher decides about a class. Times are ISO 8601. */
export interface ClassPlan {
  name: string;
  caps: { class: Caps; seat: Caps };
  models: 'all' | string[];
  opens: string | null;
  closes: string | null;
  hours: Hours | null;
  /** When the class ends, with all that is known of it. */
  expires: string;
}

export interface ClassRecord extends ClassPlan {
  id: string;
  /** What students type in, and the link that holds it. */
  code: string;
  link: string;
  paused: boolean;
  /** Whether it is within its opening hours. */
  open: boolean;
  created: string;
}

export interface ClassSeat {
  id: string;
  nickname: string;
  joined: string;
  /** When it last asked for something. */
  seen: string | null;
  revoked: boolean;
  caps: Caps;
  usage: Usage;
}

export interface UnresolvedCall {
  seat: string;
  dollars: number;
  tokens: number;
  model: string;
  reason: string;
}

/** A class as its teacher sees it. */
export interface ClassReport {
  class: ClassRecord;
  usage: Usage;
  seats: ClassSeat[];
  unresolved: UnresolvedCall[];
}

/** A seat as its student sees it. */
export interface SeatReport {
  seat: string;
  nickname: string;
  class: { id: string; name: string; paused: boolean; open: boolean; expires: string };
  usage: Usage;
  caps: Caps;
}

/** What the models cost and what every account that the caller spends from may still use. */
export type Limits = ProxyLimits;
