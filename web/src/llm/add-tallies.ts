import { addDollars } from './cost.ts';
import type { Tally } from './meter.ts';

/** What became of two lots of inputs together. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    answered: a.answered + b.answered,
    asked: a.asked + b.asked,
    parsed: a.parsed + b.parsed,
    reasons: addCounts(a.reasons, b.reasons),
    failures: addCounts(a.failures, b.failures),
    misses: addCounts(a.misses, b.misses),
    paid: addDollars(a.paid, b.paid),
    paidBefore: addDollars(a.paidBefore, b.paidBefore),
    atMost: addDollars(a.atMost, b.atMost),
    unpriced: a.unpriced + b.unpriced,
    tokens: { prompt: a.tokens.prompt + b.tokens.prompt, completion: a.tokens.completion + b.tokens.completion },
  };
}

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
