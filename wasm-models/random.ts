import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mix } from './nn/dropout-mask.ts';

/** Seeded random numbers. A stream belongs to one purpose, so that drawing more for one purpose leaves the others as they were. */
export interface RandomStream {
  /** 0 (inclusive) … 1 (exclusive). */
  uniform(): number;
  /** A whole number in 0 … `count` − 1. */
  below(count: number): number;
  /** Normal with mean 0 and variance 1 (Box and Muller 1958). */
  normal(): number;
  /** Fisher–Yates, in place; returns its argument. */
  shuffle<T>(items: T[]): T[];
}

/** The stream of a purpose (`'head'`, `'order'`, …) under a run's seed. */
export function randomStream(seed: number, purpose: string): RandomStream {
  let key = mix(seed >>> 0);
  for (const character of purpose) key = mix(key + character.codePointAt(0)!);
  const generator = xoroshiro128plus(key | 0);
  const below = (count: number): number => uniformInt(generator, 0, count - 1);
  return {
    uniform: () => uniformFloat64(generator),
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) * Math.cos(2 * Math.PI * uniformFloat64(generator)),
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [items[last], items[other]] = [items[other]!, items[last]!];
      }
      return items;
    },
  };
}
