import type { Account, Amount, Quantity, Reserved } from './store.ts';

const quantities: readonly Quantity[] = ['money', 'tokens', 'requests', 'concurrency'];

/** Whether a call fits under the caps of all accounts: beside what is spent, or else it is refused, and beside the open calls too, or else it waits. */
export function decide(accounts: readonly { name: string; account: Account }[], bound: Amount): Reserved {
  const asked: Record<Quantity, number> = { ...bound, requests: 1, concurrency: 1 };
  for (const outcome of ['refused', 'wait'] as const) {
    for (const { name, account } of accounts) {
      const { caps, spent, reserved, open } = account;
      const used: Record<Quantity, number> = { ...spent, concurrency: 0 };
      const held: Record<Quantity, number> = { ...reserved, requests: open, concurrency: open };
      const short = quantities.find((quantity) => used[quantity] + (outcome === 'wait' ? held[quantity] : 0) + asked[quantity] > (caps[quantity] ?? Infinity));
      if (short) return { outcome, account: name, quantity: short };
    }
  }
  return { outcome: 'reserved' };
}
