import { Add, Div, Erf, Exp, Log, Mul, Neg, Sqrt, Sub } from './elementwise.ts';
import { Gemm, MatMul } from './linalg.ts';
import { Cast, CumSum, Gather } from './lookup.ts';
import { Concat, Expand, Identity, Reshape, Shape, Split, Transpose } from './movement.ts';
import { LayerNormalization, SkipLayerNormalization, Softmax } from './norm.ts';
import { ReduceMax, ReduceSum } from './reduction.ts';
import type { Op } from './op.ts';

/** Every operator a graph may hold, by its ONNX name. All run on the WebGPU execution provider, but for the arithmetic of shapes. */
export const OPS = {
  Add, Cast, Concat, CumSum, Div, Erf, Exp, Expand, Gather, Gemm, Identity, LayerNormalization, Log, MatMul, Mul, Neg, ReduceMax,
  ReduceSum, Reshape, Shape, SkipLayerNormalization, Softmax, Split, Sqrt, Sub, Transpose,
} satisfies Record<string, Op>;

export type OpName = keyof typeof OPS;
