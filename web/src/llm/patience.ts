import type { FailureKind, LlmFailure } from './task.ts';

/** How long a job is patient. Milliseconds. */
export interface Patience {
  /** For a reply; then the request is broken off. */
  reply: number;
  /** Attempts of a request before it is given up, not counting those that were turned away for now. */
  attempts: number;
  /** How often a request may be turned away for now (`limited`), or may lose a connection that was there, before it is given up. */
  turnedAway: number;
  /** The wait before attempt k + 1 is drawn from 0 to `base · 2^k`, at most `most` (full jitter), after what the service asks for. */
  base: number;
  most: number;
  /** Requests given up one after the other, without a reply in between, before the job stops by itself. */
  givenUp: number;
}

export const usualPatience: Patience = { reply: 120_000, attempts: 5, turnedAway: 20, base: 500, most: 30_000, givenUp: 20 };

/** What follows an attempt that brought no reply: another one, giving this request up, or stopping the whole job. */
const consequences: Record<FailureKind, 'again' | 'later' | 'give up' | 'stop'> = {
  refused: 'give up',
  spent: 'stop',
  unauthorised: 'stop',
  limited: 'later',
  failed: 'again',
  cut: 'again',
  late: 'again',
  lost: 'again',
};

/** The attempts of one request. */
export class Attempts {
  readonly #patience: Patience;
  #made = 0;
  #turnedAway = 0;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  get count(): number {
    return this.#made + this.#turnedAway;
  }

  /**
   * What to do after a failed attempt; a number is how many milliseconds to wait before the next.
   * @param answered whether the service has answered anything in this run: a connection that was there may come back, and costs nothing meanwhile
   */
  after({ kind, retryAfter }: LlmFailure, answered: boolean): number | 'give up' | 'stop' {
    const consequence = kind === 'lost' && answered ? 'later' : consequences[kind];
    if (consequence === 'later') this.#turnedAway += 1;
    else this.#made += 1;
    if (consequence === 'give up' || consequence === 'stop') return consequence;
    const { attempts, turnedAway, base, most } = this.#patience;
    if (this.#made >= attempts || this.#turnedAway >= turnedAway) return kind === 'lost' ? 'stop' : 'give up';
    return (retryAfter ?? 0) + Math.random() * Math.min(most, base * 2 ** (this.count - 1));
  }
}
