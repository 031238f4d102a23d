import { randomStream } from '../../../wasm-models/random.ts';

export interface OrderOptions {
  /** Sub-tokens of each example. */
  lengths: readonly number[];
  /** Examples a step; all, where there are fewer. */
  batchSize: number;
  /** `epochs`: shuffled, without replacement; `random`: each example drawn independently. */
  sampling: 'epochs' | 'random';
  seed: number;
}

/** Batches that are sorted by length together. Fewer would mix lengths more and pad more. */
const SORTED_BATCHES = 64;

/** Lengths are padded to a multiple of this at least, so texts that differ by less stay in random order: that costs nothing. */
const GRAIN = 8;

/**
 * Which examples each step takes, for ever. An epoch shuffles all examples, sorts stretches of `SORTED_BATCHES` batches
 * by length so that a batch holds texts of like length, and shuffles the batches. What doesn't fill a batch opens the
 * next epoch, so that every batch is full and no example is drawn twice more than another.
 */
export function* planBatches({ lengths, batchSize, sampling, seed }: OrderOptions): Generator<number[], never> {
  if (lengths.length === 0) throw new RangeError('There are no examples to train on.');
  const random = randomStream(seed, 'order');
  if (sampling === 'random') for (;;) yield Array.from({ length: batchSize }, () => random.below(lengths.length));
  const size = Math.min(batchSize, lengths.length);
  const grain = (example: number): number => Math.ceil(lengths[example]! / GRAIN);
  let rest: number[] = [];
  for (;;) {
    const drawn = [...rest, ...random.shuffle(lengths.map((_, index) => index))];
    const whole = drawn.length - (drawn.length % size);
    rest = drawn.slice(whole);
    const batches: number[][] = [];
    for (let start = 0; start < whole; start += SORTED_BATCHES * size) {
      const sorted = drawn.slice(start, Math.min(whole, start + SORTED_BATCHES * size)).sort((a, b) => grain(a) - grain(b));
      for (let first = 0; first < sorted.length; first += size) batches.push(sorted.slice(first, first + size));
    }
    yield* random.shuffle(batches);
  }
}
