import * as z from 'zod/mini';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../dataset/refine/policy.ts';

/** Settings of a training run. A recipe, a data set and a seed are a run; the same three give the same numbers on the same provider. */
export interface Recipe {
  name: string;
  /** What it is for, or the paper and section its numbers come from. */
  description: string;
  /** Optimizer steps. */
  steps: number;
  /** Texts a step. */
  batchSize: number;
  /** Texts a forward pass; gradients add up until `batchSize`. Null: as many as the device takes. */
  microBatchSize: number | null;
  /** Of the encoder's layers in training. Half precision needs a GPU that has it; elsewhere it is float32 all the same. */
  precision: 'float32' | 'float16';
  learningRate: number;
  headLearningRate: number;
  weightDecay: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  clipNorm: number | null;
  schedule: 'linear' | 'cosine' | 'constant';
  /** Share of the steps that warm up. */
  warmup: number;
  /** Null: the rates of the encoder's own configuration. */
  dropout: number | null;
  /** Sub-tokens of a window, the two special ones included. */
  maxTokens: number;
  pooling: 'first' | 'mean' | 'sum';
  /** Bottom layers that stay as they are, the embeddings with them; 0 trains everything. `all` trains the head alone. */
  freezeLayers: number | 'all';
  /** What is learnt where labels share words. Scores are always taken of the longest. */
  overlap: OverlapPolicy;
  /** α of the Beta (Dirichlet for three labels or more) distribution of the shares of mixed labels; small: nearly always one label alone. */
  mixAlpha: number;
  /** Shares of mixed labels are drawn anew every epoch, or once for the whole training. */
  mixDraw: 'epoch' | 'once';
  /** Texts of each batch are drawn: shuffled epochs without replacement, or independently at random. */
  sampling: 'epochs' | 'random';
  /** Steps between two evaluations on the development texts; null: once an epoch. */
  evaluateEvery: number | null;
  /** Evaluations without a better score after which training ends; null: never. */
  patience: number | null;
  /** The score that chooses: entity micro-F1, macro-F1 or weighted F1. */
  selectBy: 'micro' | 'macro' | 'weighted';
  /** Share of train held out to choose the parameters where there is no development split; 0: take the last step. */
  holdOut: number;
  seed: number;
}

/** What is wrong with a recipe, one line a field. */
export class RecipeError extends Error {
  override name = 'RecipeError';
}

const text = z.string('text');
const count = (error: string) => z.int(error).check(z.minimum(1, error));
const atLeastZero = (error: string) => z.number(error).check(z.minimum(0, error));
const share = (error: string) => z.number(error).check(z.minimum(0, error), z.lt(1, error));

/** Each field's error is what was expected; `parseRecipe` puts the field before it and what it got behind it. */
const schema = z.strictObject({
  name: text,
  description: text,
  steps: count('a whole number from 1'),
  batchSize: count('a whole number from 1'),
  microBatchSize: z.nullable(count('a whole number from 1, or null')),
  precision: z.enum(['float32', 'float16'], '"float32" or "float16"'),
  learningRate: atLeastZero('a number from 0'),
  headLearningRate: atLeastZero('a number from 0'),
  weightDecay: atLeastZero('a number from 0'),
  beta1: share('a number from 0 to below 1'),
  beta2: share('a number from 0 to below 1'),
  epsilon: z.number('a number above 0').check(z.gt(0, 'a number above 0')),
  clipNorm: z.nullable(z.number('a number above 0, or null').check(z.gt(0, 'a number above 0, or null'))),
  schedule: z.enum(['linear', 'cosine', 'constant'], '"linear", "cosine" or "constant"'),
  warmup: share('a number from 0 to below 1'),
  dropout: z.nullable(share('a number from 0 to below 1, or null')),
  maxTokens: z.int('a whole number from 8').check(z.minimum(8, 'a whole number from 8')),
  pooling: z.enum(['first', 'mean', 'sum'], '"first", "mean" or "sum"'),
  freezeLayers: z.unknown().check(z.refine((value) => value === 'all' || (Number.isInteger(value) && (value as number) >= 0), 'a whole number from 0, or "all"')),
  overlap: z.enum(OVERLAP_POLICIES, '"longest", "random", "score" or "mix"'),
  mixAlpha: z.number('a number above 0').check(z.gt(0, 'a number above 0')),
  mixDraw: z.enum(['epoch', 'once'], '"epoch" or "once"'),
  sampling: z.enum(['epochs', 'random'], '"epochs" or "random"'),
  evaluateEvery: z.nullable(count('a whole number from 1, or null')),
  patience: z.nullable(count('a whole number from 1, or null')),
  selectBy: z.enum(['micro', 'macro', 'weighted'], '"micro", "macro" or "weighted"'),
  holdOut: share('a number from 0 to below 1'),
  seed: z.int('a whole number from 0').check(z.minimum(0, 'a whole number from 0')),
});

/**
 * A recipe out of parsed JSON. Fields that are left out take `base`'s values; without a base every field is needed.
 * @throws RecipeError that names each wrong field, what was expected and what was got.
 */
export function parseRecipe(json: unknown, base?: Recipe): Recipe {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new RecipeError(`A recipe is a JSON object; got ${show(json)}.`);
  const given = { ...base, ...json } as Record<string, unknown>;
  const result = schema.safeParse(given);
  if (result.success) return result.data as Recipe;
  const problems = result.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const named = issue.keys.map((key) => `"${key}"`).join(', ');
      return `Unknown recipe field ${named}. Known fields: ${Object.keys(schema.shape).join(', ')}.`;
    }
    const field = String(issue.path[0]);
    return `Recipe field "${field}": expected ${issue.message}, got ${show(given[field])}.`;
  });
  throw new RecipeError(problems.join('\n'));
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
