import type { Recipe } from '../train/recipe.ts';
import { fewShot } from '../train/recipes/index.ts';

/** The tagger of experiments: many trainings are compared, so each learns from a quarter of the texts that we recommend, in half batches at twice the rates. */
export const experimentRecipe: Recipe = {
  ...fewShot,
  name: 'experiment',
  description: 'For many trainings that are compared: a quarter as many texts as few-shot, half as many a step, twice its learning rates.',
  steps: 160,
  batchSize: 8,
  learningRate: 2e-4,
  headLearningRate: 2e-3,
};
