import { randomGamma } from 'd3-random';

/**
 * Shares of a mixture of `count` things, which add up to 1: one draw of the symmetric Dirichlet distribution, whose first share is
 * Beta(α, α) where there are two. Gamma(α) variates over their sum (Devroye 1986, XI.4); d3 draws them after Marsaglia and Tsang 2000.
 * @param uniform draws numbers in [0, 1); the same draws give the same shares.
 */
export function mixtureShares(count: number, alpha: number, uniform: () => number): number[] {
  const gamma = randomGamma.source(uniform)(alpha);
  const shares = Array.from({ length: count }, gamma);
  const sum = shares.reduce((before, share) => before + share, 0);
  if (sum > 0) return shares.map((share) => share / sum);
  // With a tiny α all of them can be too small for a number: the limit has one share of 1.
  const only = Math.floor(uniform() * count);
  return shares.map((_, i) => (i === only ? 1 : 0));
}
