import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/**
 * Cross-entropy with soft targets: Σ wᵢ · (log Σₖ exp zᵢₖ − Σₖ yᵢₖ·zᵢₖ), a scalar. Logits and targets are `[rows, labels]`, weights
 * `[rows, 1]`. The rows of the targets add up to 1 wherever the weight is not 0, so the shift by the largest logit cancels.
 */
export function softCrossEntropy(g: Graph, logits: Value, targets: Value, weights: Value): Value {
  const lastAxis = g.integers([-1]);
  const shifted = g.op('Sub', [logits, g.op('ReduceMax', [logits, lastAxis], { keepdims: 1 })]);
  const logPartition = g.op('Log', [g.op('ReduceSum', [g.op('Exp', [shifted]), lastAxis], { keepdims: 1 })]);
  const expected = g.op('ReduceSum', [g.op('Mul', [targets, shifted]), lastAxis], { keepdims: 1 });
  return g.op('ReduceSum', [g.op('Mul', [weights, g.op('Sub', [logPartition, expected])]), g.integers([0, 1])], { keepdims: 0 });
}
