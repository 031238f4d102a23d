import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Parameters } from './linear.ts';

/** Normalizes each row of `[rows, hidden]`. */
export function layerNorm(g: Graph, x: Value, parameters: Parameters, epsilon: number): Value {
  return g.op('LayerNormalization', [x, parameters('weight'), parameters('bias')], { axis: -1, epsilon }, 'norm');
}
