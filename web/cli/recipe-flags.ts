import { readFile } from 'node:fs/promises';
import { OVERLAP_POLICIES } from '../src/dataset/refine/policy.ts';
import { parseRecipe, RecipeError, type Recipe } from '../src/train/recipe.ts';
import { fewShot, recipes } from '../src/train/recipes/index.ts';
import { UsageError, type Call } from './verb.ts';

/** Flags that change single settings of a recipe, by the field they set. */
const numberFlags = {
  steps: 'steps',
  batch: 'batchSize',
  'micro-batch': 'microBatchSize',
  lr: 'learningRate',
  'head-lr': 'headLearningRate',
  'weight-decay': 'weightDecay',
  dropout: 'dropout',
  'max-tokens': 'maxTokens',
  'evaluate-every': 'evaluateEvery',
  patience: 'patience',
  'hold-out': 'holdOut',
  'mix-alpha': 'mixAlpha',
  seed: 'seed',
} as const satisfies Record<string, keyof Recipe>;

export const recipeOptions = {
  recipe: { type: 'string' },
  'freeze-layers': { type: 'string' },
  pooling: { type: 'string' },
  overlap: { type: 'string' },
  'mix-draw': { type: 'string' },
  ...(Object.fromEntries(Object.keys(numberFlags).map((flag) => [flag, { type: 'string' }])) as Record<keyof typeof numberFlags, { type: 'string' }>),
} as const;

/** The recipe that `--recipe` names (built in, or a JSON file), with what the other flags change. */
export async function recipeOf(call: Call): Promise<Recipe> {
  return recipeChanges(call, await baseRecipe(call.text('recipe')));
}

/** A recipe with what the flags change. */
export function recipeChanges(call: Call, base: Recipe): Recipe {
  const changes: Record<string, unknown> = {};
  for (const [flag, field] of Object.entries(numberFlags)) {
    const value = call.number(flag);
    if (value !== undefined) changes[field] = value;
  }
  const freeze = call.text('freeze-layers');
  if (freeze !== undefined) changes.freezeLayers = freeze === 'all' ? freeze : call.number('freeze-layers');
  const pooling = call.choice('pooling', ['first', 'mean', 'sum']);
  if (pooling) changes.pooling = pooling;
  const overlap = call.choice('overlap', OVERLAP_POLICIES);
  if (overlap) changes.overlap = overlap;
  const mixDraw = call.choice('mix-draw', ['epoch', 'once']);
  if (mixDraw) changes.mixDraw = mixDraw;
  return checked(() => parseRecipe(changes, base));
}

async function baseRecipe(name: string | undefined): Promise<Recipe> {
  if (name === undefined) return fewShot;
  const builtIn = recipes.find((recipe) => recipe.name === name);
  if (builtIn) return builtIn;
  let json: string;
  try {
    json = await readFile(name, 'utf8');
  } catch {
    throw new UsageError(`--recipe ${name}: there is no such file, and the built-in recipes are ${recipes.map((recipe) => recipe.name).join(', ')}.`);
  }
  return checked(() => {
    try {
      return parseRecipe(JSON.parse(json), fewShot);
    } catch (error) {
      if (error instanceof RecipeError) throw new RecipeError(`${name}: ${error.message}`);
      throw new RecipeError(`${name} is no JSON: ${(error as Error).message}`);
    }
  });
}

/** A wrong recipe is wrong use of the command. */
function checked(parse: () => Recipe): Recipe {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RecipeError ? new UsageError(error.message) : error;
  }
}
