import type { Graph } from '../graph/graph.ts';
import type { Constant, Value } from '../graph/value.ts';

/**
 * Cross-entropy with soft targets: Σ wᵢ · (log Σₖ exp zᵢₖ − Σₖ yᵢₖ·zᵢₖ), a scalar. Logits and targets are `[rows, labels]`, weights
 * `[rows, 1]`. The rows of the targets add up to 1 wherever the weight is not 0, so the shift by the largest logit cancels.
 */
export function softCrossEntropy(g: Graph, logits: Value, targets: Value, weights: Value): Value {
  const lastAxis = g.integers([-1]);
  const shifted = g.op('Sub', [logits, g.op('ReduceMax', [logits, lastAxis], { keepdims: 1 })]);
  const exponentials = g.op('Exp', [shifted]);
  const partition = g.op('ReduceSum', [exponentials, lastAxis], { keepdims: 1 });
  const expected = g.op('ReduceSum', [g.op('Mul', [targets, shifted]), lastAxis], { keepdims: 1 });
  const loss = g.op('ReduceSum', [g.op('Mul', [weights, g.op('Sub', [g.op('Log', [partition]), expected])]), g.integers([0, 1])], { keepdims: 0 });
  // dz = w · (softmax(z) − y)
  return g.group(loss, [logits], (gradient) => {
    const difference = g.op('Mul', [weights, g.op('Sub', [g.op('Div', [exponentials, partition]), targets])]);
    return [isOne(gradient) ? difference : g.op('Mul', [difference, gradient])];
  });
}

/** The gradient with which a pass backward begins. */
const isOne = (value: Value): boolean => (value as Partial<Constant>).data?.length === 1 && (value as Constant).data[0] === 1;
