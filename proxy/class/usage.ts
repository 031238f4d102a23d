import Papa from 'papaparse';
import { DOLLAR, type Account } from '../store/amounts.ts';

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

export interface SeatUsage {
  id: string;
  nickname: string;
  usage: Usage;
}

export function usageOf({ spent, reserved, open, unresolved }: Account): Usage {
  const { tokens, requests } = spent;
  return { dollars: spent.money / DOLLAR, tokens, requests, reservedDollars: reserved.money / DOLLAR, open, unresolvedRequests: unresolved.requests };
}

/** A line a seat, as CSV. A nickname that a spreadsheet would run as a formula gets an apostrophe in front. */
export function usageTable(seats: readonly SeatUsage[]): string {
  const lines = seats.map(({ id, nickname, usage }) => [id, nickname, usage.requests, usage.tokens, usage.dollars.toFixed(9), usage.unresolvedRequests]);
  return Papa.unparse([['seat', 'nickname', 'requests', 'tokens', 'dollars', 'unresolved'], ...lines], { escapeFormulae: true });
}
