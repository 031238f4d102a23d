import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import { axisOf, formatShape } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { Op } from './op.ts';

/** Transposes the last two axes. What is the transpose of something already gives that back. */
export function swapLast(g: Graph, value: Value): Value {
  const axes = value.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  const made = g.nodes.findLast(({ outputs }) => outputs[0] === value);
  if (made?.op === 'Transpose' && axes.every((axis, index) => axis === (made.attributes.perm as readonly number[])[index])) return made.inputs[0]!;
  return g.op('Transpose', [value], { perm: axes });
}

/** The same tensor under another name. */
export const Identity: Op = {
  results: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  gradient: (_, [dy]) => [dy!],
};

export const Transpose: Op = {
  attributes: { perm: 'ints' },
  results: ([x], { perm }) => {
    const axes = perm as readonly number[];
    if ([...axes].sort((a, b) => a - b).some((axis, index) => axis !== index) || axes.length !== x!.shape.length) {
      throw new Error(`perm ${formatShape(axes)} is no permutation of the ${x!.shape.length} axes.`);
    }
    return [{ shape: axes.map((axis) => x!.shape[axis]!), dtype: x!.dtype }];
  },
  gradient: (g, [dy], { attributes }) => {
    const perm = attributes.perm as readonly number[];
    return [g.op('Transpose', [dy!], { perm: perm.map((_, axis) => perm.indexOf(axis)) })];
  },
};

/** Added by `Graph.reshape`, which knows the target shape. */
export const Reshape: Op = {
  results: () => {
    throw new Error('use graph.reshape.');
  },
  gradient: (g, [dy], { inputs: [x] }) => [g.reshape(dy!, x!.shape), null],
};

/** Equal parts along an axis, as many as `num_outputs` says. */
export const Split: Op = {
  attributes: { axis: 'int', num_outputs: 'int' },
  results: ([x], { axis, num_outputs: parts }) => {
    const at = axisOf(axis as number, x!.shape.length);
    const size = x!.shape[at]!;
    const count = parts as number;
    if (typeof size !== 'number' || size % count !== 0) throw new Error(`axis ${at} of size ${size} does not split into ${count} equal parts.`);
    const shape = x!.shape.map((dim, index) => (index === at ? size / count : dim));
    return Array.from({ length: count }, () => ({ shape, dtype: x!.dtype }));
  },
  gradient: (g, gradients, { outputs, attributes }) => {
    const parts = gradients.map((gradient, index) => gradient ?? g.op('Mul', [outputs[index]!, g.scalar(0)]));
    return [g.op('Concat', parts, { axis: attributes.axis! })];
  },
};

export const Concat: Op = {
  attributes: { axis: 'int' },
  results: (inputs, { axis }) => {
    const first = inputs[0]!;
    const at = axisOf(axis as number, first.shape.length);
    for (const input of inputs) {
      if (input.shape.length !== first.shape.length || input.shape.some((dim, index) => index !== at && dim !== first.shape[index])) {
        throw new Error(`shapes differ on another axis than ${at}.`);
      }
    }
    const sizes = inputs.map((input) => input.shape[at]!);
    const total: Dim = sizes.every((size) => typeof size === 'number') ? sizes.reduce((sum: number, size) => sum + (size as number), 0) : sizes.join(' + ');
    return [{ shape: first.shape.map((dim, index) => (index === at ? total : dim)), dtype: first.dtype }];
  },
  gradient: (g, [dy], { inputs, attributes }) => {
    const at = axisOf(attributes.axis as number, inputs[0]!.shape.length);
    if (inputs.some((input) => input.shape[at] !== inputs[0]!.shape[at])) throw new Error('Concat of unequal parts has no gradient rule: split it in equal parts.');
    return g.node('Split', [dy!], { axis: at, num_outputs: inputs.length });
  },
};

/** One number repeated, as often as the second operand says. */
export const Expand: Op = {
  results: ([x]) => [{ shape: ['elements'], dtype: x!.dtype }],
  gradient: 'forbidden',
};

/** Sizes `start` … `end` of the input's shape. */
export const Shape: Op = {
  attributes: { start: 'int', end: 'int' },
  results: (_, { start, end }) => [{ shape: [(end as number) - (start as number)], dtype: 'int64' }],
  gradient: 'constant',
};
