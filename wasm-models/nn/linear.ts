import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** Values of the parameters by their full name, and how a layer asks for its own. */
export type Parameters = (name: string) => Value;

/** Parameters whose names begin with `prefix.`. */
export function within(parameters: Parameters, prefix: string): Parameters {
  return (name) => parameters(`${prefix}.${name}`);
}

/** `[rows, in]` → `[rows, out]`: y = x·Wᵀ + b, with W `[out, in]` as PyTorch stores it; all of it times `scale`. */
export function linear(g: Graph, x: Value, parameters: Parameters, { scale = 1, inputScale = 1 }: { scale?: number; inputScale?: number } = {}): Value {
  return g.op('Gemm', [x, parameters('weight'), parameters('bias')], { alpha: scale * inputScale, beta: scale, transB: 1 }, 'linear');
}
