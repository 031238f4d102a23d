import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Manifest, ParameterGroup } from './manifest.ts';

/**
 * Scalars of one update, by input name. With r = 1/√(1 − β2^step) the update is lr/(1 − β1^step)·m / (√v·r + ε); both sides of the
 * fraction are divided by r, which saves a pass over every tensor: `epsilon` is ε/r and `step_size` lr/(1 − β1^step)/r.
 */
export const OPTIMIZER_SCALARS = ['beta1', 'beta1.rest', 'beta2', 'beta2.rest', 'epsilon', 'clip_norm'] as const;

/** Keeps the quotient of the clip finite where all gradients are zero; the constant of PyTorch's `clip_grad_norm_`. */
export const NORM_EPSILON = 1e-6;

/**
 * Global-norm clip (Pascanu, Mikolov and Bengio 2013) and AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).
 * Inputs: each trainable parameter, its `.grad`, `.m` and `.v`, and the scalars above, `step_size` and `decay` once a group (`step_size.encoder`). Outputs: `<parameter>.next`, `.m.next`, `.v.next`,
 * each written only after the last use of the input it replaces, so that both may be the same memory.
 */
export function optimizerGraph(manifest: Manifest): Graph {
  const g = new Graph();
  const scalar = Object.fromEntries(OPTIMIZER_SCALARS.map((name) => [name, g.input(name, [])])) as Record<(typeof OPTIMIZER_SCALARS)[number], Value>;
  const trained = manifest.parameters.filter((parameter) => parameter.trainable);
  const groups = new Map<ParameterGroup, { stepSize: Value; decay: Value }>();
  for (const group of new Set(trained.map((parameter) => parameter.group))) groups.set(group, { stepSize: g.input(`step_size.${group}`, []), decay: g.input(`decay.${group}`, []) });
  const tensors = trained.map(({ name, shape, group }) => ({
    name,
    value: g.input(name, shape),
    gradient: g.input(`${name}.grad`, shape),
    first: g.input(`${name}.m`, shape),
    second: g.input(`${name}.v`, shape),
    ...groups.get(group)!,
  }));

  const scale = g.scope('clip', () => {
    const squares = tensors.map(({ gradient }) => g.op('ReduceSumSquare', [gradient, g.integers(gradient.shape.map((_, axis) => axis))], { keepdims: 0 }));
    const norm = g.op('Sqrt', [squares.reduce((sum, next) => g.op('Add', [sum, next]))]);
    return g.op('Min', [g.scalar(1), g.op('Div', [scalar.clip_norm, g.op('Add', [norm, g.scalar(NORM_EPSILON)])])], {}, 'scale');
  });

  const mul = (a: Value, b: Value) => g.op('Mul', [a, b]);
  const firstRate = mul(scale, scalar['beta1.rest']);
  const secondRate = mul(mul(scale, scale), scalar['beta2.rest']);
  for (const { name, value, gradient, first, second, stepSize, decay } of tensors) {
    g.scope(name, () => {
      const nextFirst = g.op('Add', [mul(first, scalar.beta1), mul(gradient, firstRate)]);
      const nextSecond = g.op('Add', [mul(second, scalar.beta2), mul(mul(gradient, gradient), secondRate)]);
      const denominator = g.op('Add', [g.op('Sqrt', [nextSecond]), scalar.epsilon]);
      const next = g.op('Sub', [mul(value, decay), g.op('Div', [mul(nextFirst, stepSize), denominator])]);
      g.output(next, `${name}.next`);
      g.output(nextFirst, `${name}.m.next`);
      g.output(nextSecond, `${name}.v.next`);
    });
  }
  return g;
}
