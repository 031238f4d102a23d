import { LRUCache } from 'lru-cache';
import { ApiError } from '../error.ts';

/** Wrong guesses that are let through at once, and how many more every minute, of one address and of all together. */
const perAddress = { atOnce: 20, perMinute: 10 };
const together = { atOnce: 300, perMinute: 300 };
/** More than can be short of something, given what all may take together. */
const keptBuckets = 2000;

/**
 * Counts wrong guesses at a secret; right ones cost nothing. A secret's first letters say what it opens. A guess that
 * fits nothing there is wrong whatever follows, so it takes from the `blind` ones; one that fits takes from the `near`
 * ones of its target. Somebody who tries at random runs dry among the blind, and locks nobody out: whoever
 * has the right secret is never among those, also when both come from one school's address.
 */
export class Guesses {
  readonly #clock: () => number;
  /** Token buckets by what they count. */
  readonly #buckets = new LRUCache<string, { left: number; at: number }>({ max: keptBuckets });

  /** `clock` in milliseconds, going forward only. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * Returns where the guess is right. `target` is what its first letters point at, if anything.
   * Throws an `ApiError`: 403 with `message` where it is wrong, 429 after too many of those.
   */
  judge(address: string, target: string | undefined, isRight: boolean, message: string): void {
    const limits = [[`${target ?? ''} ${group(address)}`, perAddress], [target === undefined ? 'blind' : 'near', together]] as const;
    if (limits.some(([key, limit]) => this.#left(key, limit) < 1)) {
      const advice = 'Check it letter by letter, wait a minute, and try again.';
      throw new ApiError(429, 'too_many_guesses', `Too many wrong ones from here. ${advice}`, { headers: { 'retry-after': '60' } });
    }
    if (target !== undefined && isRight) return;
    for (const [key, limit] of limits) this.#buckets.set(key, { left: this.#left(key, limit) - 1, at: this.#clock() });
    throw new ApiError(403, 'wrong_secret', message);
  }

  #left(key: string, { atOnce, perMinute }: typeof perAddress): number {
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(atOnce, bucket.left + ((this.#clock() - bucket.at) / 60_000) * perMinute) : atOnce;
  }
}

/** One subscriber has 2⁶⁴ IPv6 addresses, which share the first four groups: they count as one. */
function group(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [start = [], end = []] = plain.split('::').map((half) => half.split(':').filter((part) => part !== ''));
  return [...start, ...Array<string>(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
}
