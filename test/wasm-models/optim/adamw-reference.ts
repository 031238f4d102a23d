import type { AdamWFactors } from '../../../wasm-models/optim/adamw.ts';

/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), in place, in single precision and in the order of PyTorch's implementation: what the kernels are held to. */
export function adamw(parameter: Float32Array, gradient: Float32Array, first: Float32Array, second: Float32Array, factors: AdamWFactors): void {
  const { gradientScale, beta1, beta2, epsilon, stepSize, secondMomentScale, decay } = factors;
  const fround = Math.fround;
  const scale = fround(gradientScale), b1 = fround(beta1), c1 = fround(1 - beta1), b2 = fround(beta2), c2 = fround(1 - beta2);
  const eps = fround(epsilon), rate = fround(stepSize), root = fround(secondMomentScale), keep = fround(decay);
  for (let i = 0; i < parameter.length; i++) {
    const g = fround(gradient[i]! * scale);
    const m = fround(fround(first[i]! * b1) + fround(g * c1));
    const v = fround(fround(second[i]! * b2) + fround(fround(g * g) * c2));
    first[i] = m;
    second[i] = v;
    const denominator = fround(fround(fround(Math.sqrt(v)) * root) + eps);
    parameter[i] = fround(fround(parameter[i]! * keep) - fround(fround(rate * m) / denominator));
  }
}

/** Sum of squares in double precision: a tensor's share of the squared global gradient norm. */
export function sumOfSquares(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
