import type { Split } from '../document.ts';

export const SPLITS: readonly Split[] = ['train', 'dev', 'test'];

/** What each split gets of the documents: fractions that add up to 1. A split with 0 gets none. */
export type Shares = Readonly<Record<Split, number>>;

/** Throws unless the shares are fractions that add up to 1. */
export function checkShares(shares: Shares): void {
  for (const split of SPLITS) {
    if (!(shares[split] >= 0 && shares[split] <= 1)) throw new Error(`The share of ${split} is ${shares[split]}: it must be between 0 and 1.`);
  }
  const sum = SPLITS.reduce((total, split) => total + shares[split], 0);
  if (Math.abs(sum - 1) > 1e-6) throw new Error(`The shares of ${SPLITS.join(', ')} add up to ${Number(sum.toFixed(6))}: they must add up to 1.`);
}

/**
 * Whole numbers of documents that come as near to the shares as can be (largest remainders) and add up to `count`. A split with a
 * share gets at least one where there are enough; the largest gives it up.
 */
export function quotas(count: number, shares: Shares): Record<Split, number> {
  const wanted = SPLITS.filter((split) => shares[split] > 0);
  const sizes: Record<Split, number> = { train: 0, dev: 0, test: 0 };
  // 0.1 × 30 is a little more than 3 in floating point, 0.7 × 10 a little less than 7.
  const exact = (split: Split): number => Number((shares[split] * count).toFixed(9));
  for (const split of wanted) sizes[split] = Math.floor(exact(split));
  const byRemainder = [...wanted].sort((a, b) => exact(b) % 1 - (exact(a) % 1));
  const left = count - wanted.reduce((sum, split) => sum + sizes[split], 0);
  for (let i = 0; i < left; i++) sizes[byRemainder[i % byRemainder.length]!]++;
  if (count < wanted.length) return sizes;
  for (const split of wanted) {
    if (sizes[split] > 0) continue;
    const largest = wanted.reduce((best, other) => (sizes[other] > sizes[best] ? other : best));
    sizes[largest]--;
    sizes[split]++;
  }
  return sizes;
}
