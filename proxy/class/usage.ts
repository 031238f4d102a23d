import { DOLLAR, type Account, type Ledger } from '../store/store.ts';
import type { PlainCaps } from './records.ts';

export interface Usage {
  /** Of calls that have ended. */
  dollars: number;
  tokens: number;
  requests: number;
  /** Set aside for calls that are open. */
  reservedDollars: number;
  open: number;
  /** Calls whose usage never arrived, counted above at the most they can have cost. */
  unresolvedRequests: number;
}

export function usageOf({ spent, reserved, open, unresolved }: Account): Usage {
  return { dollars: spent.money / DOLLAR, tokens: spent.tokens, requests: spent.requests, reservedDollars: reserved.money / DOLLAR, open, unresolvedRequests: unresolved.requests };
}

/** Puts caps into the books, again until they are what is wanted by then: whoever changes them at the same time is not undone. Without any wanted the account is removed. */
export async function bookCaps(ledger: Ledger, account: string, wanted: () => Promise<PlainCaps | undefined>): Promise<void> {
  for (let booked: string | undefined; ; ) {
    const caps = await wanted();
    if (!caps) return ledger.forget(account);
    if (JSON.stringify(caps) === booked) return;
    const bounds = { money: caps.dollars === null ? null : Math.round(caps.dollars * DOLLAR), tokens: caps.tokens, requests: caps.requests, concurrency: caps.concurrency };
    await ledger.setCaps(account, Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== null)));
    booked = JSON.stringify(caps);
  }
}

/** A line a seat. A nickname that a spreadsheet would run as a formula gets an apostrophe in front. */
export function usageTable(seats: readonly { id: string; nickname: string; usage: Usage }[]): string {
  const lines = seats.map(({ id, nickname, usage }) => [id, nickname, usage.requests, usage.tokens, usage.dollars.toFixed(9), usage.unresolvedRequests]);
  return [['seat', 'nickname', 'requests', 'tokens', 'dollars', 'unresolved'], ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
