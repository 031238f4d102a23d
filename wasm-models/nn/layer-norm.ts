import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Parameters } from './linear.ts';

/** Normalizes each row of `[rows, hidden]`. */
export function layerNorm(g: Graph, x: Value, parameters: Parameters, epsilon: number): Value {
  return g.op('LayerNormalization', [x, parameters('weight'), parameters('bias')], { axis: -1, epsilon }, 'norm');
}

/** Normalizes each row of the sum of two matrices `[rows, hidden]`: by ONNX Runtime's operator for both, or by ONNX's own that every tool knows. */
export function residualNorm(g: Graph, x: Value, residual: Value, parameters: Parameters, { epsilon, fused }: { epsilon: number; fused: boolean }): Value {
  if (!fused) return layerNorm(g, g.op('Add', [x, residual], {}, 'residual'), parameters, epsilon);
  return g.op('SkipLayerNormalization', [x, residual, parameters('weight'), parameters('bias')], { epsilon }, 'norm');
}
