import type { Recipe } from './recipe.ts';

type Draws = Pick<Recipe, 'batchSize' | 'sampling'>;

/** Epochs that are complete after `steps` steps: how often as many examples as there are have been seen. */
export function epochsAfter(steps: number, recipe: Draws, count: number): number {
  const size = recipe.sampling === 'random' ? recipe.batchSize : Math.min(recipe.batchSize, count);
  return Math.floor((steps * size) / count);
}

/** Whether step `step` (from 0) completes an epoch. */
export function endsEpoch(step: number, recipe: Draws, count: number): boolean {
  return epochsAfter(step + 1, recipe, count) > epochsAfter(step, recipe, count);
}
