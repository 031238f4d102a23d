import type { ParameterGroup } from '../../../wasm-models/artifacts/manifest.ts';
import type { AdamWFactors } from '../../../wasm-models/optim/adamw.ts';
import type { OptimizerUpdate } from './engine.ts';

/** Keeps the quotient finite where all gradients are zero; the constant of PyTorch's `clip_grad_norm_`. */
const NORM_EPSILON = 1e-6;

/** Factor of every gradient under a global-norm clip (Pascanu, Mikolov and Bengio 2013). */
export function clipScale(squaredNorm: number, clipNorm: number | null): number {
  return clipNorm === null ? 1 : Math.min(1, clipNorm / (Math.sqrt(squaredNorm) + NORM_EPSILON));
}

/** The factors of an update for one group of parameters. */
export function adamwFactors(update: OptimizerUpdate, group: ParameterGroup, gradientScale: number): AdamWFactors {
  const rate = update.learningRate[group];
  return {
    gradientScale,
    beta1: update.beta1,
    beta2: update.beta2,
    epsilon: update.epsilon,
    stepSize: rate / (1 - update.beta1 ** update.step),
    secondMomentScale: 1 / Math.sqrt(1 - update.beta2 ** update.step),
    decay: 1 - rate * update.weightDecay,
  };
}
