import Papa from 'papaparse';
import { DOLLAR, type Account } from '../store/amounts.ts';

/**
 * Dollars, tokens and requests of calls that have ended; dollars set aside for calls that are open; calls whose usage
 * never arrived, counted in the first at the most they can have cost.
 */
export type Usage = ReturnType<typeof usageOf>;

export interface SeatUsage {
  id: string;
  nickname: string;
  usage: Usage;
}

export function usageOf({ spent, reserved, open, unresolved }: Account) {
  const { tokens, requests } = spent;
  return { dollars: spent.money / DOLLAR, tokens, requests, reservedDollars: reserved.money / DOLLAR, open, unresolvedRequests: unresolved.requests };
}

/** A line a seat, as CSV. A nickname that a spreadsheet would run as a formula gets an apostrophe in front. */
export function usageTable(seats: readonly SeatUsage[]): string {
  const lines = seats.map(({ id, nickname, usage }) => [id, nickname, usage.requests, usage.tokens, usage.dollars.toFixed(9), usage.unresolvedRequests]);
  return Papa.unparse([['seat', 'nickname', 'requests', 'tokens', 'dollars', 'unresolved'], ...lines], { escapeFormulae: true });
}
