import { Add, Clip, Div, Erf, Exp, Log, Mul, Neg, Sqrt, Sub } from './elementwise.ts';
import { Gemm, MatMul } from './linalg.ts';
import { Cast, CumSum, Gather } from './lookup.ts';
import { Concat, Expand, Identity, Reshape, Shape, Split, Transpose } from './movement.ts';
import { LayerNormalization, SkipLayerNormalization, Softmax } from './norm.ts';
import { DynamicQuantizeLinear, MatMulInteger } from './quantized.ts';
import { ReduceMax, ReduceSum } from './reduction.ts';
import type { Op } from './op.ts';

/** Every operator a graph may hold, by its ONNX name. All run on the WebGPU execution provider, but for the arithmetic of shapes and the quantized ones of exported models. */
export const OPS = {
  Add, Cast, Clip, Concat, CumSum, Div, DynamicQuantizeLinear, Erf, Exp, Expand, Gather, Gemm, Identity, LayerNormalization, Log, MatMul, MatMulInteger, Mul, Neg, ReduceMax,
  ReduceSum, Reshape, Shape, SkipLayerNormalization, Softmax, Split, Sqrt, Sub, Transpose,
} satisfies Record<string, Op>;

export type OpName = keyof typeof OPS;
