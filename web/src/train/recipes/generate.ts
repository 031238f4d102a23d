import type { Recipe } from '../recipe.ts';

/** Method 2, "Pushing the Limits of Low-Resource NER Using LLM Artificial Data Generation" (Santoso et al.), the tagger of its experiments. */
export const generate: Recipe = {
  name: 'generate',
  description: 'Method 2 (Santoso et al.): Adam at 2e-5, 300 steps of 32 texts drawn at random, a word is the sum of its sub-tokens. Encoder in the paper: distilbert-base-cased.',
  steps: 300,
  batchSize: 32,
  microBatchSize: null,
  learningRate: 2e-5,
  headLearningRate: 2e-5,
  weightDecay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: null,
  schedule: 'constant',
  warmup: 0,
  dropout: null,
  maxTokens: 128,
  pooling: 'sum',
  freezeLayers: 0,
  sampling: 'random',
  evaluateEvery: 50,
  patience: null,
  selectBy: 'micro',
  holdOut: 0,
  seed: 1,
};
