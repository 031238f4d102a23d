import { beforeEach, expect, it, vi } from 'vitest';
import type { NeighbourIndex } from '../../../../web/src/llm/neighbours/neighbour-index.ts';
import { keptIndex } from '../../../../web/src/state/neighbours/kept-index.ts';
import { FakeCaches } from '../../models/fake-cache.ts';

let caches: FakeCaches;
const index = (seed: number): NeighbourIndex => ({ by: 'entity', dimensions: 2, values: Float32Array.of(seed, 1, 0.5, -1), owners: Int32Array.of(0, 3), plain: new Set(['the', 'é']) });
const make = vi.fn<() => Promise<NeighbourIndex>>();
const ask = (madeOf: unknown) => keptIndex(madeOf, make, caches as unknown as CacheStorage);

beforeEach(() => {
  caches = new FakeCaches();
  make.mockReset();
});

it('of the same an index is made once; of a changed text it is made anew', async () => {
  make.mockResolvedValueOnce(index(1)).mockResolvedValueOnce(index(2));
  await ask({ encoder: 'tiny', labelled: [['Mara left', [[0, 4]]]] });
  expect(await ask({ encoder: 'tiny', labelled: [['Mara left', [[0, 4]]]] })).toEqual(index(1));
  expect(make).toHaveBeenCalledTimes(1);
  expect(await ask({ encoder: 'tiny', labelled: [['Mara left', [[0, 9]]]] })).toEqual(index(2));
  expect(make).toHaveBeenCalledTimes(2);
});

it('the newest three are kept', async () => {
  for (const seed of [1, 2, 3, 4]) {
    make.mockResolvedValueOnce(index(seed));
    await ask(seed);
  }
  make.mockResolvedValue(index(9));
  expect(await ask(4)).toEqual(index(4));
  expect(await ask(2)).toEqual(index(2));
  expect(await ask(1), 'the oldest one made room').toEqual(index(9));
});

it('a damaged one is made anew, and so is every one where the browser keeps nothing', async () => {
  make.mockResolvedValue(index(1));
  await ask('x');
  const cache = await caches.open();
  const [request] = await cache.keys();
  await cache.put(request!, new Response(new Uint8Array(5)));
  expect(await ask('x')).toEqual(index(1));
  expect(make).toHaveBeenCalledTimes(2);
  await keptIndex('x', make, { open: () => Promise.reject(new Error('private')) } as unknown as CacheStorage);
  expect(make).toHaveBeenCalledTimes(3);
});
