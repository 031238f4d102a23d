import { randomStream } from '../../../wasm-models/random.ts';
import type { Recipe } from './recipe.ts';

/**
 * Which training examples each step takes, for ever: indices below `count`, `batchSize` of them (all, where there are fewer).
 * `epochs` shuffles all examples and, when what is left cannot fill a batch, appends the next shuffled epoch to it;
 * `random` draws each example independently.
 */
export function* sampleBatches(count: number, recipe: Pick<Recipe, 'batchSize' | 'sampling' | 'seed'>): Generator<number[], never> {
  const random = randomStream(recipe.seed, 'order');
  const size = Math.min(recipe.batchSize, count);
  let order: number[] = [];
  for (;;) {
    if (recipe.sampling === 'random') {
      yield Array.from({ length: recipe.batchSize }, () => random.below(count));
      continue;
    }
    if (order.length < size) order = [...order, ...random.shuffle([...Array(count).keys()])];
    yield order.splice(0, size);
  }
}

/** Whether step `step` (from 0) completes an epoch: as many examples as there are have been seen once more. */
export function endsEpoch(step: number, recipe: Pick<Recipe, 'batchSize' | 'sampling'>, count: number): boolean {
  const size = recipe.sampling === 'random' ? recipe.batchSize : Math.min(recipe.batchSize, count);
  return Math.floor(((step + 1) * size) / count) > Math.floor((step * size) / count);
}
