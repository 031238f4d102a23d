import { fork, type Random } from '../../dataset/random.ts';

/** Draws that hang on what they are for, and on nothing that was drawn before. */
export interface Chances {
  /** The stream for a purpose. */
  for(purpose: string): Random;
}

/** Chances for a text under a seed; another draw of the same question gives others. */
export function chancesOf(seed: number, draw: number, text: string): Chances {
  const key = fork(seed, draw === 0 ? text : `draw ${draw} ${text}`).integer(2 ** 32);
  return { for: (purpose) => fork(key, purpose) };
}

/** One of some outcomes by their shares; null for the rest up to 1. */
export function outcome<T>(random: Random, shares: Iterable<readonly [T, number]>): T | null {
  let left = random.float();
  for (const [value, share] of shares) {
    if (left < share) return value;
    left -= share;
  }
  return null;
}
