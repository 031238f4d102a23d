import { expect, test } from 'vitest';
import { takeLosses } from '../../../web/src/train/losses.ts';

const session = (losses: number[], inARow = 0) => ({ takeLosses: () => Promise.resolve(losses), leftOut: { updates: inARow, inARow } });

test('losses pass as they are, and nine updates left out in a row are no reason to end', async () => {
  expect(await takeLosses(session([2, 1.5]), true)).toEqual([2, 1.5]);
  expect(await takeLosses(session([2, 1.5], 9), true)).toEqual([2, 1.5]);
});

test('in half precision a loss that is no number ends it with the advice to take full precision; in full it is left to the loop', async () => {
  await expect(takeLosses(session([2, NaN]), true)).rejects.toMatchObject({ message: expect.stringContaining('too large for half precision'), advice: expect.stringContaining('full precision') });
  expect(await takeLosses(session([2, NaN]), false)).toEqual([2, NaN]);
});

test.each([[true, 'full precision'], [false, 'smaller learning rate']])('ten updates left out in a row end it, in half precision %s, with advice', async (half, advice) => {
  await expect(takeLosses(session([2], 10), half)).rejects.toMatchObject({ message: expect.stringContaining('10 steps in a row'), advice: expect.stringContaining(advice) });
});
