import { InferenceSession, Tensor } from 'onnxruntime-node';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect } from 'vitest';
import { backward } from '../../wasm-models/autodiff/backward.ts';
import { Graph } from '../../wasm-models/graph/graph.ts';
import { prune } from '../../wasm-models/graph/prune.ts';
import type { Value } from '../../wasm-models/graph/value.ts';
import { encodeModel } from '../../wasm-models/onnx/encode.ts';

/** Numbers for an operand, made from a seeded source of uniform numbers in [−1, 1). */
export type Sampler = (uniform: () => number) => number;

/** Anything. */
export const anywhere: Sampler = (uniform) => 1.5 * uniform();
/** At least 0.5 away from 0, where a quotient or a kink would be. */
export const awayFromZero: Sampler = (uniform) => {
  const x = uniform();
  return x + Math.sign(x || 1) * 0.5;
};
/** Between 0.5 and 2.5. */
export const positive: Sampler = (uniform) => 1.5 + uniform();

export interface Operand {
  shape: number[];
  sample?: Sampler;
}

const STEP = 1e-2;
const TOLERANCE = 2e-3;

/**
 * Holds the gradient rules of the nodes that `build` adds against central differences of a random projection of its result, along a
 * random direction for each operand and along each of its elements where there are few.
 */
export async function gradcheck(operands: Record<string, Operand>, build: (g: Graph, values: Value[]) => Value, seed = 1): Promise<void> {
  const generator = xoroshiro128plus(seed);
  const uniform = () => (generator.next() / 0x80000000);
  const names = Object.keys(operands);
  const data = names.map((name) => {
    const { shape, sample = anywhere } = operands[name]!;
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => sample(uniform));
  });

  const g = new Graph();
  const values = names.map((name) => g.input(name, operands[name]!.shape));
  const result = build(g, values);
  const projection = g.constant('projection', result.shape as number[], Float32Array.from({ length: (result.shape as number[]).reduce((a, b) => a * b, 1) }, uniform));
  const axes = g.integers(result.shape.map((_, axis) => axis));
  const product = g.op('Mul', [result, projection]);
  const loss = result.shape.length === 0 ? product : g.op('ReduceSum', [product, axes], { keepdims: 0 });
  const gradients = backward(g, loss, values);
  g.output(loss, 'objective');
  values.forEach((value) => g.output(gradients.get(value)!, `${value.name}.grad`));
  prune(g);

  const session = await InferenceSession.create(encodeModel(g, 'gradcheck'), { logSeverityLevel: 4 });
  const run = (arrays: Float32Array[]) => session.run(Object.fromEntries(names.map((name, i) => [name, new Tensor('float32', arrays[i]!, operands[name]!.shape)])));
  const analytic = await run(data);

  for (const [index, name] of names.entries()) {
    const gradient = analytic[`${name}.grad`]!.data as Float32Array;
    const length = data[index]!.length;
    expect(analytic[`${name}.grad`]!.dims, `shape of the gradient of ${name}`).toEqual(operands[name]!.shape);
    const directions = [Float32Array.from({ length }, uniform)];
    for (let element = 0; element < length && length <= 12; element++) directions.push(Float32Array.from({ length }, (_, i) => (i === element ? 1 : 0)));
    for (const direction of directions) {
      const shifted = async (by: number) => {
        const arrays = data.map((array, i) => (i === index ? array.map((x, j) => x + by * direction[j]!) : array));
        return Number(((await run(arrays)).objective!.data as Float32Array)[0]);
      };
      const numeric = ((await shifted(STEP)) - (await shifted(-STEP))) / (2 * STEP);
      const predicted = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const scale = 1 + Math.abs(numeric) + Math.abs(predicted);
      expect(Math.abs(numeric - predicted) / scale, `gradient of ${name} (seed ${seed}): finite difference ${numeric}, rule ${predicted}`).toBeLessThan(TOLERANCE);
    }
  }
  await session.release();
}
