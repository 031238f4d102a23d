import type { Amount, Caps } from './store.ts';

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Throws a `RangeError` unless all are whole numbers from zero up, below 2^53. */
export function checkWhole(amounts: Amount | Caps): void {
  const wrong = Object.entries(amounts).find(([, value]) => value !== undefined && !isWhole(value));
  if (wrong) throw new RangeError(`${wrong[0]} is ${wrong[1]}; the books take whole numbers from 0 to 2^53 − 1.`);
}
