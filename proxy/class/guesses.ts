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
 * `clock` gives milliseconds, going forward only.
 */
export function openGuesses(clock: () => number = () => performance.now()) {
  /** Token buckets by what they count. */
  const buckets = new LRUCache<string, { left: number; at: number }>({ max: keptBuckets });
  const left = (key: string, { atOnce, perMinute }: typeof perAddress): number => {
    const bucket = buckets.get(key);
    return bucket ? Math.min(atOnce, bucket.left + ((clock() - bucket.at) / 60_000) * perMinute) : atOnce;
  };
  /**
   * Returns where the guess is right. `target` is what its first letters point at, if anything.
   * Throws an `ApiError`: 403 with `message` where it is wrong, 429 after too many of those.
   */
  return (address: string, target: string | undefined, isRight: boolean, message: string): void => {
    const limits = [[`${target ?? ''} ${group(address)}`, perAddress], [target === undefined ? 'blind' : 'near', together]] as const;
    if (limits.some(([key, limit]) => left(key, limit) < 1)) {
      const tooMany = 'Too many wrong ones from here. Check it letter by letter, wait a minute, and try again.';
      throw new ApiError(429, 'too_many_guesses', tooMany, { headers: { 'retry-after': '60' } });
    }
    if (target !== undefined && isRight) return;
    for (const [key, limit] of limits) buckets.set(key, { left: left(key, limit) - 1, at: clock() });
    throw new ApiError(403, 'wrong_secret', message);
  };
}

export type Judge = ReturnType<typeof openGuesses>;

/** One subscriber has 2⁶⁴ IPv6 addresses, which share the first four groups: they count as one. */
function group(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [start = [], end = []] = plain.split('::').map((half) => half.split(':').filter((part) => part !== ''));
  return [...start, ...Array<string>(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
}
