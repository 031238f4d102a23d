import { expect, test } from 'vitest';
import { parseRecipe, RecipeError } from '../../../web/src/train/recipe.ts';
import { annotateAndRefine, fewShot, generate, recipes } from '../../../web/src/train/recipes/index.ts';

test.each(recipes.map((recipe) => [recipe.name, recipe]))('the built-in recipe %s passes its own schema', (_, recipe) => {
  expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
});

test('fields that are left out take the base recipe’s values', () => {
  expect(parseRecipe({ steps: 640 }, fewShot)).toEqual({ ...fewShot, steps: 640 });
});

test('a wrong field is named with what was expected and what was got', () => {
  expect(() => parseRecipe({ steps: 'many' }, fewShot)).toThrow('Recipe field "steps": expected a whole number from 1, got "many".');
  expect(() => parseRecipe({ freezeLayers: 'most' }, fewShot)).toThrow('Recipe field "freezeLayers": expected a whole number from 0, or "all", got "most".');
  expect(() => parseRecipe({ dropout: 1 }, fewShot)).toThrow('Recipe field "dropout": expected a number from 0 to below 1, or null, got 1.');
});

test('every wrong field is reported, not only the first', () => {
  expect(() => parseRecipe({ steps: 0, pooling: 'max' }, fewShot)).toThrow(/"steps".*\n.*"pooling"/);
});

test('a missing field without a base is reported as nothing', () => {
  const { seed: _, ...rest } = fewShot;
  expect(() => parseRecipe(rest)).toThrow('Recipe field "seed": expected a whole number from 0, got nothing.');
});

test('an unknown field is refused with the list of known ones', () => {
  expect(() => parseRecipe({ learning_rate: 1 }, fewShot)).toThrow(/Unknown recipe field "learning_rate"\. Known fields: .*learningRate/);
});

test.each([null, 3, 'few-shot', []])('%j is no recipe', (json) => {
  expect(() => parseRecipe(json, fewShot)).toThrow(RecipeError);
});

test('the recipes of methods 1 and 2 carry the papers’ settings', () => {
  expect(annotateAndRefine).toMatchObject({ learningRate: 1e-5, headLearningRate: 1e-5, clipNorm: 10, batchSize: 64, maxTokens: 128, pooling: 'first', patience: 3, evaluateEvery: null, selectBy: 'weighted' });
  expect(generate).toMatchObject({ learningRate: 2e-5, headLearningRate: 2e-5, weightDecay: 0, clipNorm: null, batchSize: 32, steps: 300, pooling: 'sum', sampling: 'random' });
});
