import type { Recipe } from './recipe.ts';

/** Whether step `step` (from 0) completes an epoch: as many examples as there are have been seen once more. */
export function endsEpoch(step: number, recipe: Pick<Recipe, 'batchSize' | 'sampling'>, count: number): boolean {
  const size = recipe.sampling === 'random' ? recipe.batchSize : Math.min(recipe.batchSize, count);
  return Math.floor(((step + 1) * size) / count) > Math.floor((step * size) / count);
}
