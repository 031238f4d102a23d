import { explain } from './failures.ts';

/**
 * Runs the writes of one transaction so that they happen together or not at all. IndexedDB alone is not enough: a value
 * that cannot be stored makes `put` throw, and the writes made before it would be committed.
 * @throws StorageFullError where the browser has no room left; else what failed.
 */
export async function atomically<Result>(transaction: { done: Promise<void>; abort(): void }, work: () => Promise<Result>): Promise<Result> {
  try {
    const result = await work();
    await transaction.done;
    return result;
  } catch (error) {
    transaction.done.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It had aborted by itself.
    }
    throw explain(error);
  }
}

/** Writes started at a time by `inTurns`: what they copy takes some ten milliseconds. */
const turn = 32;

/** Like `settle`, a part at a time, so that the page can draw while many large records are written. */
export async function inTurns(writes: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (let first = 0; first < writes.length; first += turn) await settle(writes.slice(first, first + turn));
}

/** Starts all writes and waits for all of them, so that none is left to fail unseen; throws the first failure. */
export async function settle(writes: readonly (() => Promise<unknown>)[]): Promise<void> {
  const results = await Promise.allSettled(writes.map(async (write) => write()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
