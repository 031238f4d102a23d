import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** Scalar inputs of one update; `optimizerScalars` gives their values. */
export const OPTIMIZER_SCALARS = ['beta1', 'gradient_rate', 'beta2', 'square_rate', 'epsilon', 'step_size', 'decay'] as const;

export type OptimizerScalar = (typeof OPTIMIZER_SCALARS)[number];

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) over a stretch of parameters of any length. Inputs:
 * `parameter`, `gradient`, `first` and `second`, each `[elements]`, and the scalars; outputs: `parameter.next`, `first.next` and
 * `second.next`, each written only after the last use of the input it replaces, so that both may be the same memory.
 *
 * With c the clip's factor and r = 1/√(1 − β2^step) the update is lr/(1 − β1^step)·m / (√v·r + ε). Constants are moved where they cost
 * no pass over the elements: `gradient_rate` is (1 − β1)·c, `square_rate` (1 − β2)·c², `epsilon` ε/r and `step_size` lr/(1 − β1^step)/r.
 */
export function optimizerGraph(): Graph {
  const g = new Graph();
  const scalar = Object.fromEntries(OPTIMIZER_SCALARS.map((name) => [name, g.input(name, [])])) as Record<OptimizerScalar, Value>;
  const [parameter, gradient, first, second] = ['parameter', 'gradient', 'first', 'second'].map((name) => g.input(name, ['elements'])) as [Value, Value, Value, Value];
  const mul = (a: Value, b: Value) => g.op('Mul', [a, b]);
  const nextFirst = g.op('Add', [mul(first, scalar.beta1), mul(gradient, scalar.gradient_rate)]);
  const nextSecond = g.op('Add', [mul(second, scalar.beta2), mul(mul(gradient, gradient), scalar.square_rate)]);
  const denominator = g.op('Add', [g.op('Sqrt', [nextSecond]), scalar.epsilon]);
  const next = g.op('Sub', [mul(parameter, scalar.decay), g.op('Div', [mul(nextFirst, scalar.step_size), denominator])]);
  g.output(next, 'parameter.next');
  g.output(nextFirst, 'first.next');
  g.output(nextSecond, 'second.next');
  return g;
}
