/** Factors of one AdamW update of one parameter tensor; the same arithmetic runs in WGSL. */
export interface AdamWFactors {
  /** Factor of every gradient: 1, or what the global-norm clip leaves. */
  gradientScale: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** learning rate / (1 − beta1^step). */
  stepSize: number;
  /** 1 / √(1 − beta2^step). */
  secondMomentScale: number;
  /** 1 − learning rate · weight decay. */
  decay: number;
}

/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), in place, in the order of PyTorch's implementation. */
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

/** Sum of squares in double precision: a tensor's share of the squared global gradient norm. Four sums, so that no addition waits for the one before. */
export function sumOfSquares(values: Float32Array): number {
  let a = 0, b = 0, c = 0, d = 0;
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}
