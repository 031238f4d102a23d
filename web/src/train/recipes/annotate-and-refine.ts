import type { Recipe } from '../recipe.ts';

/**
 * Method 1, "Augmenting and Refining NER Datasets through LLMs" (Naraki et al.), the tagger of its experiments.
 * The paper trains until validation F1 stands still and names no number of steps, schedule or decay: `steps` is only
 * an upper bound, the rate stays constant and the decay is AdamW's usual one.
 */
export const annotateAndRefine: Recipe = {
  name: 'annotate-and-refine',
  description: 'Method 1 (Naraki et al.): learning rate 1e-5, batches of 64, ends when dev F1 has not moved for 3 epochs, overlapping labels are mixed. Encoder in the paper: bert-base-uncased.',
  steps: 5000,
  batchSize: 64,
  microBatchSize: null,
  precision: 'float32',
  learningRate: 1e-5,
  headLearningRate: 1e-5,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 10,
  schedule: 'constant',
  warmup: 0,
  dropout: null,
  maxTokens: 128,
  pooling: 'first',
  freezeLayers: 0,
  overlap: 'mix',
  mixAlpha: 0.2,
  mixDraw: 'epoch',
  sampling: 'epochs',
  evaluateEvery: null,
  patience: 3,
  selectBy: 'weighted',
  holdOut: 0.1,
  seed: 1,
};
