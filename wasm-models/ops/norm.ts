import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import { axisOf, sameShape } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { Op } from './op.ts';

// y = exp(x) / Σ exp(x) over the last axis; dx = y · (dy − Σ y·dy)
export const Softmax: Op = {
  attributes: { axis: 'int' },
  results: ([x], { axis }) => {
    if (axisOf(axis as number, x!.shape.length) !== x!.shape.length - 1) throw new Error('only the last axis is supported.');
    return [{ shape: x!.shape, dtype: x!.dtype }];
  },
  gradient: (g, [dy], { outputs: [y] }) => {
    const projection = g.op('ReduceSum', [g.op('Mul', [y!, dy!]), g.integers([-1])], { keepdims: 1 });
    return [g.op('Mul', [y!, g.op('Sub', [dy!, projection])])];
  },
};

function checkWidth(width: Dim, ...vectors: Value[]): void {
  if (vectors.some(({ shape }) => shape[0] !== width)) throw new Error(`scale and bias need ${width} elements.`);
}

/**
 * Gradients of y = x̂·γ + β with respect to x, γ (a row each, to be added up) and β (the same). With n the width and r the inverse deviation:
 * dγ = Σ dy·x̂, dβ = Σ dy, dx = r · (dy·γ − (dy·γ)ᵀ1/n − x̂ · ((dy·x̂)·γ)ᵀ1/n).
 * Both row means are products with γ/n, so that no product is written out for them; x̂ is the same operator without γ and β, in one pass.
 */
function normGradients(g: Graph, dy: Value, x: Value, scale: Value, epsilon: number): [dx: Value, dScale: Value, dBias: Value] {
  const width = x.shape.at(-1) as number;
  const [normal, , inverse] = g.node('LayerNormalization', [x, g.filled(1, [width]), g.filled(0, [width])], { axis: -1, epsilon }, 'normal') as [Value, Value, Value];
  const column = g.reshape(scale, [width, 1]);
  const meanOf = (value: Value): Value => g.op('Gemm', [value, column], { alpha: 1 / width }, 'mean');
  const alongNormal = g.op('Mul', [dy, normal]);
  const removed = g.op('Add', [g.op('Mul', [normal, meanOf(alongNormal)]), meanOf(dy)]);
  return [g.op('Mul', [g.op('Sub', [g.op('Mul', [dy, scale]), removed]), inverse]), alongNormal, dy];
}

/**
 * y = x̂·γ + β of each row of a matrix, with x̂ = (x − mean)·r (Ba, Kiros and Hinton 2016). The second and third output are mean and r,
 * `[rows, 1]`, through which no gradient passes.
 */
export const LayerNormalization: Op = {
  attributes: { axis: 'int', epsilon: 'float' },
  results: ([x, scale, bias]) => {
    const [rows, width] = matrix(x!);
    checkWidth(width, scale!, bias!);
    return [{ shape: x!.shape, dtype: x!.dtype }, ...[1, 2].map(() => ({ shape: [rows, 1], dtype: x!.dtype }))];
  },
  gradient: (g, [dy], { inputs: [x, scale], attributes: { epsilon } }) => normGradients(g, dy!, x!, scale!, epsilon as number),
};

/** LayerNormalization of the sum of two matrices in one pass. The second output is the sum, from which the gradient takes what it needs. */
export const SkipLayerNormalization: Op = {
  domain: 'com.microsoft',
  attributes: { epsilon: 'float' },
  // Between them are mean and r, which the WebGPU provider does not give.
  outputPlaces: [0, 3],
  results: ([x, skip, scale, bias]) => {
    const [, width] = matrix(x!);
    if (!sameShape(x!.shape, skip!.shape)) throw new Error('both matrices need the same shape.');
    checkWidth(width, scale!, bias!);
    return [1, 2].map(() => ({ shape: x!.shape, dtype: x!.dtype }));
  },
  gradient: (g, [dy, dSum], { inputs: [, , scale], outputs: [, sum], attributes: { epsilon } }) => {
    if (!dy) return [dSum!, dSum!, null, null];
    const [dx, dScale, dBias] = normGradients(g, dy, sum!, scale!, epsilon as number);
    const both = dSum ? g.op('Add', [dx, dSum]) : dx;
    return [both, both, dScale, dBias];
  },
};

function matrix({ shape }: Value): [rows: Dim, width: Dim] {
  if (shape.length !== 2) throw new Error('only matrices are supported.');
  return shape as [Dim, Dim];
}
