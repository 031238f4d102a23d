import { addDollars } from './cost.ts';
import type { RunEvent } from './events.ts';
import type { FailureKind } from './task.ts';

/** What became of a job's inputs so far, and what was paid. A plain value: it is stored with the job. */
export interface Tally {
  /** Inputs that have an answer, and those of them that were asked for in this run. */
  answered: number;
  asked: number;
  /** Answers that say something, and the others by reason. */
  parsed: number;
  reasons: Readonly<Record<string, number>>;
  /** Inputs whose requests were given up, by kind. */
  failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** Attempts that brought no reply, by kind: most of them were made again. */
  misses: Readonly<Partial<Record<FailureKind, number>>>;
  /** Dollars for replies of this run; and what those cost that were in the store, when they came. Each reply counts once. */
  paid: number;
  paidBefore: number;
  /** Dollars that attempts without a reply can have cost at most. */
  atMost: number;
  /** Replies and lost attempts of which nobody knows what they cost. */
  unpriced: number;
  /** Tokens of the replies of this run. */
  tokens: { prompt: number; completion: number };
}

export const noTally: Tally = { answered: 0, asked: 0, parsed: 0, reasons: {}, failures: {}, misses: {}, paid: 0, paidBefore: 0, atMost: 0, unpriced: 0, tokens: { prompt: 0, completion: 0 } };

/** The tally after another event. */
export function tallied(tally: Tally, event: RunEvent<unknown, unknown>): Tally {
  if (event.type === 'failure') return { ...tally, failures: more(tally.failures, event.failure.kind) };
  if (event.type === 'miss') {
    const { failure, dollarsAtMost } = event;
    return { ...tally, misses: more(tally.misses, failure.kind), atMost: addDollars(tally.atMost, dollarsAtMost ?? 0), unpriced: tally.unpriced + (dollarsAtMost === null ? 1 : 0) };
  }
  if (event.type !== 'answer') return tally;
  const { parsed, reply, from } = event;
  const counted = { ...tally, answered: tally.answered + 1, ...(parsed.ok ? { parsed: tally.parsed + 1 } : { reasons: more(tally.reasons, parsed.reason) }) };
  if (from === 'twin') return counted;
  if (from === 'store') return { ...counted, paidBefore: addDollars(tally.paidBefore, reply.dollars ?? 0) };
  const { prompt, completion } = reply.usage ?? { prompt: 0, completion: 0 };
  return {
    ...counted,
    asked: tally.asked + 1,
    paid: addDollars(tally.paid, reply.dollars ?? 0),
    unpriced: tally.unpriced + (reply.dollars === null ? 1 : 0),
    tokens: { prompt: tally.tokens.prompt + prompt, completion: tally.tokens.completion + completion },
  };
}

function more<Key extends string>(counts: Readonly<Partial<Record<Key, number>>>, key: Key): Record<Key, number> {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 } as Record<Key, number>;
}

/** Replies over which the speed is taken, and the longest time in milliseconds. */
const recent = { replies: 200, milliseconds: 30_000 };

/** How a run goes: its tally, its speed and the time that is left. */
export class Meter {
  readonly #total: number | null;
  readonly #began: number;
  #tally = noTally;
  #atOnce = 0;
  #times: number[] = [];

  /**
   * @param total inputs of the job; null where nobody knows
   * @param now milliseconds by the clock that is used throughout
   */
  constructor(total: number | null, now = performance.now()) {
    this.#total = total;
    this.#began = now;
  }

  add(event: RunEvent<unknown, unknown>, now = performance.now()): void {
    this.#tally = tallied(this.#tally, event);
    if (event.type === 'pace') this.#atOnce = event.atOnce;
    if (event.type !== 'answer' || event.from !== 'service') return;
    this.#times.push(now);
    if (this.#times.length > 2 * recent.replies) this.#times = this.#times.slice(-recent.replies);
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Requests that may be under way at once at present. */
  get atOnce(): number {
    return this.#atOnce;
  }

  /** Replies a second of late; 0 before the first. */
  perSecond(now = performance.now()): number {
    const since = Math.max(this.#began, now - recent.milliseconds);
    const times = this.#times.slice(-recent.replies).filter((time) => time >= since);
    const from = times.length === recent.replies ? times[0]! : since;
    return now > from ? (1000 * times.length) / (now - from) : 0;
  }

  /** Milliseconds until the last input has its answer, at the speed of late; null while nobody can tell. */
  millisecondsLeft(now = performance.now()): number | null {
    if (this.#total === null) return null;
    const { answered, failures } = this.#tally;
    const left = this.#total - answered - Object.values(failures).reduce((sum, count) => sum + count, 0);
    if (left <= 0) return 0;
    const speed = this.perSecond(now);
    return speed > 0 ? (1000 * left) / speed : null;
  }
}
