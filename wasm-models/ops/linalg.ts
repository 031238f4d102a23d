import type { Dim } from '../artifacts/manifest.ts';
import { broadcast } from '../graph/shape.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Op } from './op.ts';
import { swapLast } from './movement.ts';

function matrixSizes(value: Value): [rows: Dim, columns: Dim] {
  if (value.shape.length < 2) throw new Error(`${value.name} has rank ${value.shape.length}, at least 2 is needed.`);
  return value.shape.slice(-2) as [Dim, Dim];
}

// Y = A·B over the last two axes, the others broadcast; dA = dY·Bᵀ, dB = Aᵀ·dY
export const MatMul: Op = {
  results: ([a, b]) => {
    const [rows, inner] = matrixSizes(a!);
    const [innerB, columns] = matrixSizes(b!);
    if (inner !== innerB) throw new Error(`inner sizes ${inner} and ${innerB} differ.`);
    return [{ shape: [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns], dtype: a!.dtype }];
  },
  gradient: (g, [dy], { inputs: [a, b] }) => [g.op('MatMul', [dy!, swapLast(g, b!)]), g.op('MatMul', [swapLast(g, a!), dy!])],
};

/** A·Bᵀ over the last two axes. Its gradient is not transposed twice: dA = dY·B, dB = dYᵀ·A. */
export function timesTransposed(g: Graph, a: Value, b: Value): Value {
  const product = g.op('MatMul', [a, swapLast(g, b)]);
  return g.group(product, [a, b], (dy) => [g.op('MatMul', [dy, b]), g.op('MatMul', [swapLast(g, dy), a])]);
}

// Y = α·A'·B' + β·C with A' = A or Aᵀ, B' = B or Bᵀ; matrices only.
export const Gemm: Op = {
  attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  results: ([a, b, c], { transA = 0, transB = 0 }) => {
    for (const matrix of [a!, b!]) if (matrix.shape.length !== 2) throw new Error(`${matrix.name} has rank ${matrix.shape.length}, 2 is needed.`);
    const [rows, inner] = transA ? [a!.shape[1]!, a!.shape[0]!] : (a!.shape as [Dim, Dim]);
    const [innerB, columns] = transB ? [b!.shape[1]!, b!.shape[0]!] : (b!.shape as [Dim, Dim]);
    if (inner !== innerB) throw new Error(`inner sizes ${inner} and ${innerB} differ.`);
    if (c) {
      const bias = broadcast(c.shape, [rows, columns]);
      if (bias.length !== 2 || bias[0] !== rows || bias[1] !== columns) throw new Error(`${c.name} does not broadcast to the result.`);
    }
    return [{ shape: [rows, columns], dtype: a!.dtype }];
  },
  // dA' = α·dY·B'ᵀ, dB' = α·A'ᵀ·dY, dC = β·dY; a transposed operand swaps the factors.
  gradient: (g, [dy], { inputs: [a, b, c], attributes: { alpha = 1, beta = 1, transA = 0, transB = 0 } }) => {
    const da = transA
      ? g.op('Gemm', [b!, dy!], { alpha, transA: transB, transB: 1 })
      : g.op('Gemm', [dy!, b!], { alpha, transB: transB ? 0 : 1 });
    const db = transB
      ? g.op('Gemm', [dy!, a!], { alpha, transA: 1, transB: transA })
      : g.op('Gemm', [a!, dy!], { alpha, transA: transA ? 0 : 1 });
    if (!c) return [da, db];
    if (beta === 1) return [da, db, dy!];
    // Scaling the summed bias gradient is cheaper than scaling all rows: the sum is taken here where the bias is a vector.
    const summed = c.shape.length === 1 ? g.op('ReduceSum', [dy!, g.integers([0])], { keepdims: 0 }) : dy!;
    return [da, db, g.op('Mul', [summed, g.scalar(beta as number)])];
  },
};
