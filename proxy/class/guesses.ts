import { ApiError } from '../error.ts';

/** Wrong guesses that are let through at once, and how many more every minute, of one address and of all together. */
const perAddress = { atOnce: 20, perMinute: 10 };
const together = { atOnce: 300, perMinute: 300 };

/**
 * Counts wrong guesses at a secret; right ones cost nothing. A secret's first letters say what it opens. A guess that
 * fits nothing there is wrong whatever follows, so it takes from the `blind` ones; one that fits takes from the `near`
 * ones of its target. Somebody who tries at random runs dry among the blind, and locks nobody out: whoever
 * has the right secret is never among those, also when both come from one school's address.
 */
export class Guesses {
  readonly #blind: Allowance;
  readonly #near: Allowance;

  /** `clock` in milliseconds, going forward only. */
  constructor(clock: () => number = () => performance.now()) {
    this.#blind = new Allowance(clock);
    this.#near = new Allowance(clock);
  }

  /**
   * Returns where the guess is right. `target` is what its first letters point at, if anything.
   * Throws an `ApiError`: 403 with `message` where it is wrong, 429 after too many of those.
   */
  judge(address: string, target: string | undefined, isRight: boolean, message: string): void {
    const [allowance, key] = target === undefined ? [this.#blind, group(address)] : [this.#near, `${target} ${group(address)}`];
    if (target !== undefined && !allowance.has(key)) throw tooMany();
    if (target !== undefined && isRight) return;
    const isSpent = !allowance.has(key);
    allowance.take(key);
    // The blind and the near are answered alike.
    if (isSpent) throw tooMany();
    throw new ApiError(403, 'permission_error', 'wrong_secret', message);
  }
}

function tooMany(): ApiError {
  return new ApiError(429, 'rate_limit_error', 'too_many_guesses', 'Too many wrong ones from here. Check it letter by letter, wait a minute, and try again.', { 'retry-after': '60' });
}

/** One subscriber has 2⁶⁴ IPv6 addresses, which share the first four groups: they count as one. */
function group(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [start = [], end = []] = plain.split('::').map((half) => half.split(':').filter((part) => part !== ''));
  return [...start, ...Array<string>(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
}

/** Two token buckets: the key's own, and one for all keys. */
class Allowance {
  readonly #clock: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    return this.#left(key, perAddress) >= 1 && this.#left('', together) >= 1;
  }

  take(key: string): void {
    if (!this.has(key)) return;
    for (const [name, limit] of [[key, perAddress], ['', together]] as const) this.#buckets.set(name, { left: this.#left(name, limit) - 1, at: this.#clock() });
    // What all may take together bounds how many keys are short of something.
    if (this.#buckets.size > 2000) for (const name of this.#buckets.keys()) if (name !== '' && this.#left(name, perAddress) === perAddress.atOnce) this.#buckets.delete(name);
  }

  #left(key: string, { atOnce, perMinute }: typeof perAddress): number {
    const bucket = this.#buckets.get(key);
    return bucket ? Math.min(atOnce, bucket.left + ((this.#clock() - bucket.at) / 60_000) * perMinute) : atOnce;
  }
}
