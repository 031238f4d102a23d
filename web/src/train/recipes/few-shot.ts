import type { Recipe } from '../recipe.ts';

/** What we recommend for 5 to 500 labelled texts and a small encoder; the settings our reference figures are measured with. */
export const fewShot: Recipe = {
  name: 'few-shot',
  description: 'A few labelled texts and a small encoder: a high learning rate, a higher one for the head, 300 steps.',
  steps: 300,
  batchSize: 16,
  microBatchSize: null,
  learningRate: 1e-4,
  headLearningRate: 1e-3,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 1,
  schedule: 'linear',
  warmup: 0.1,
  dropout: 0.1,
  maxTokens: 128,
  pooling: 'first',
  freezeLayers: 0,
  sampling: 'epochs',
  evaluateEvery: 25,
  patience: null,
  selectBy: 'micro',
  holdOut: 0,
  seed: 1,
};
