import { axisOf } from '../graph/shape.ts';
import type { Graph } from '../graph/graph.ts';
import type { Attributes, Shape, Value } from '../graph/value.ts';
import type { Op, Result } from './op.ts';

function reduced(x: Value, axes: readonly number[], keep: boolean): Result {
  const gone = new Set(axes.map((axis) => axisOf(axis, x.shape.length)));
  const shape: Shape = keep ? x.shape.map((dim, axis) => (gone.has(axis) ? 1 : dim)) : x.shape.filter((_, axis) => !gone.has(axis));
  return { shape, dtype: x.dtype };
}

/** Axes are an input: a constant that `Graph.integers` made. */
function axesInput(axes: Value): number[] {
  const { data } = axes as { data?: BigInt64Array };
  if (!data) throw new Error('the axes have to be a constant.');
  return Array.from(data, Number);
}

/** The gradient with the reduced axes back as size 1, so that it broadcasts over the operand. */
function keepAxes(g: Graph, dy: Value, x: Value, axes: readonly number[], attributes: Attributes): Value {
  return (attributes.keepdims ?? 1) === 1 ? dy : g.reshape(dy, reduced(x, axes, true).shape);
}

/** A tensor of the operand's shape whatever its unknown sizes: zero times the operand, plus the small one. */
function spread(g: Graph, small: Value, like: Value): Value {
  return g.op('Add', [g.op('Mul', [like, g.scalar(0)]), small]);
}

export const ReduceSum: Op = {
  attributes: { keepdims: 'int' },
  results: ([x, axes], { keepdims = 1 }) => [reduced(x!, axesInput(axes!), keepdims === 1)],
  gradient: (g, [dy], { inputs: [x, axes], attributes }) => [spread(g, keepAxes(g, dy!, x!, axesInput(axes!), attributes), x!), null],
};

/** The shift of a stable exponential: where it is used, the result does not depend on it. */
export const ReduceMax: Op = {
  attributes: { keepdims: 'int' },
  results: ([x, axes], { keepdims = 1 }) => [reduced(x!, axesInput(axes!), keepdims === 1)],
  gradient: 'constant',
};
