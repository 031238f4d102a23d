import type { OptimizerUpdate } from '../engine/engine.ts';
import type { Recipe } from './recipe.ts';

type Shape = Pick<Recipe, 'schedule' | 'warmup' | 'steps'>;

/**
 * Factor of the learning rates at step `s` (from 0) of `S`: min(1, (s + 1) / (warmup · S)) times what the schedule
 * leaves, where linear is 1 − s/S and cosine (1 + cos(π · s/S)) / 2.
 */
export function learningRateFactor(recipe: Shape, step: number): number {
  const warmupSteps = Math.max(1, recipe.warmup * recipe.steps);
  const progress = Math.min(1, step / recipe.steps);
  return Math.min(1, (step + 1) / warmupSteps) * remaining[recipe.schedule](progress);
}

const remaining: Record<Recipe['schedule'], (progress: number) => number> = {
  linear: (progress) => 1 - progress,
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  constant: () => 1,
};

/** The optimizer's settings at a step (from 0). */
export function updateAt(recipe: Recipe, step: number): OptimizerUpdate {
  const factor = learningRateFactor(recipe, step);
  return {
    step: step + 1,
    learningRate: { encoder: recipe.learningRate * factor, head: recipe.headLearningRate * factor },
    weightDecay: recipe.weightDecay,
    beta1: recipe.beta1,
    beta2: recipe.beta2,
    epsilon: recipe.epsilon,
    clipNorm: recipe.clipNorm,
  };
}
