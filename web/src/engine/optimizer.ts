import type { ParameterGroup } from '../../../wasm-models/artifacts/manifest.ts';
import { NORM_EPSILON } from '../../../wasm-models/artifacts/optimizer.ts';
import type { AdamWFactors } from '../../../wasm-models/optim/adamw.ts';
import type { OptimizerUpdate } from './engine.ts';

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

/** The scalar inputs of the optimizer graph for an update of these groups. */
export function optimizerScalars(update: OptimizerUpdate, groups: Iterable<ParameterGroup>): Record<string, number> {
  const root = Math.sqrt(1 - update.beta2 ** update.step);
  const scalars: Record<string, number> = {
    beta1: update.beta1,
    'beta1.rest': 1 - update.beta1,
    beta2: update.beta2,
    'beta2.rest': 1 - update.beta2,
    epsilon: update.epsilon * root,
    clip_norm: update.clipNorm ?? Number.MAX_SAFE_INTEGER,
  };
  for (const group of groups) {
    const factors = adamwFactors(update, group, 1);
    scalars[`step_size.${group}`] = factors.stepSize * root;
    scalars[`decay.${group}`] = factors.decay;
  }
  return scalars;
}
