import { expect, it } from 'vitest';
import { RecentSteps } from '../../../web/src/state/recent-steps.ts';

const step = (what: string, documents: number) => ({ what, at: 1, documents: Array.from({ length: documents }, (_, position) => ({ position, before: {}, after: {} })) });

it('of many large steps the newest are remembered, the last one however large it is', () => {
  const recent = new RecentSteps();
  recent.put(0, step('small', 1));
  for (const number of [1, 2, 3]) recent.put(number, step(`large ${number}`, 90_000));
  expect([0, 1, 2, 3].map((number) => recent.get(number)?.what)).toEqual([undefined, undefined, 'large 2', 'large 3']);
  recent.put(4, step('huge', 300_000));
  expect([2, 3, 4].map((number) => recent.get(number)?.what)).toEqual([undefined, undefined, 'huge']);
  recent.put(4, step('another', 1));
  recent.put(5, step('next', 1));
  expect([4, 5].map((number) => recent.get(number)?.what)).toEqual(['another', 'next']);
  recent.clear();
  expect(recent.get(5)).toBeUndefined();
});
