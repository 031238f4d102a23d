import type { Graph } from '../graph/graph.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import type { Node, Shape, Value } from '../graph/value.ts';
import { type OpName, OPS } from '../ops/index.ts';
import type { Op } from '../ops/op.ts';

/**
 * Reverse-mode differentiation: adds nodes that compute the gradients of the scalar `loss` with respect to `wanted` (inputs or
 * intermediate values) and returns them. Only nodes between the two are visited. Rules may add more than is needed: `prune` afterwards.
 */
export function backward(graph: Graph, loss: Value, wanted: readonly Value[]): Map<Value, Value> {
  if (loss.shape.length !== 0) throw new Error(`The loss ${loss.name} has shape ${formatShape(loss.shape)}; a scalar is needed.`);
  return pullBack(graph, [...graph.nodes], loss, graph.scalar(1), wanted);
}

/**
 * Vector-Jacobian product: given the gradient of `output`, adds nodes that compute those of `wanted`, by way of `nodes` alone, which are in the order of
 * their computation. @throws Error where `output` does not depend on a wanted value through them
 */
export function pullBack(graph: Graph, nodes: readonly Node<OpName>[], output: Value, gradient: Value, wanted: readonly Value[]): Map<Value, Value> {
  const needed = new Set<Value>(wanted);
  for (const node of nodes) if (node.inputs.some((input) => needed.has(input)) && OPS[node.op].gradient !== 'constant') node.outputs.forEach((output) => needed.add(output));

  const gradients = new Map<Value, Value>([[output, gradient]]);
  const pass = (inputs: readonly Value[], ofInputs: readonly (Value | null)[]): void =>
    ofInputs.forEach((gradient, index) => {
      const input = inputs[index]!;
      if (!gradient || !needed.has(input)) return;
      const fitted = sumToShape(graph, gradient, input.shape);
      const other = gradients.get(input);
      gradients.set(input, other ? add(graph, other, fitted) : fitted);
    });
  const below = (node: Node, build: () => void): void => graph.anew(() => graph.scope(`${node.name}.grad`, build));
  for (const node of nodes.toReversed()) {
    if (!node.inputs.some((input) => needed.has(input))) continue;
    const ofOutputs = node.outputs.map((output) => gradients.get(output) ?? null);
    if (ofOutputs.every((gradient) => gradient === null)) continue;
    const group = graph.groupOf(node.outputs[0]!);
    if (group) {
      below(node, () => pass(group.inputs, group.rule(ofOutputs[0]!)));
      continue;
    }
    const rule: Op['gradient'] = OPS[node.op].gradient;
    if (rule === 'constant') continue;
    if (rule === 'forbidden') throw new Error(`A gradient reaches ${node.op} at ${node.name}, which has none.`);
    below(node, () => {
      const ofInputs = rule(graph, ofOutputs, node);
      if (ofInputs.length !== node.inputs.length) throw new Error(`The gradient rule of ${node.op} gave ${ofInputs.length} gradients for ${node.inputs.length} inputs.`);
      pass(node.inputs, ofInputs);
    });
  }
  return new Map(
    wanted.map((value) => {
      const found = gradients.get(value);
      if (!found) throw new Error(`${output.name} does not depend on ${value.name}.`);
      return [value, found];
    }),
  );
}

/** The sum of two gradients. A matrix product that was just added takes the other one along, which saves a pass over both. */
function add(graph: Graph, one: Value, latest: Value): Value {
  const madeBy = (value: Value): number => graph.nodes.findLastIndex(({ outputs }) => outputs.includes(value));
  const at = madeBy(latest);
  const node = graph.nodes[at];
  const isBare = node?.op === 'Gemm' && node.inputs.length === 2 && sameShape(one.shape, latest.shape);
  if (!isBare || madeBy(one) > at || graph.nodes.slice(at + 1).some(({ inputs }) => inputs.includes(latest))) return graph.op('Add', [one, latest]);
  graph.nodes[at] = { ...node, inputs: [...node.inputs, one] };
  return latest;
}

/** Undoes broadcasting: sums over the axes along which `shape` was repeated. */
function sumToShape(graph: Graph, gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const repeated = gradient.shape.flatMap((dim, axis) => (axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : []));
  if (repeated.length === 0) throw new Error(`A gradient of shape ${formatShape(gradient.shape)} does not fit a value of shape ${formatShape(shape)}.`);
  const leadingOnly = repeated.every((axis) => axis < extra);
  const summed = graph.op('ReduceSum', [gradient, graph.integers(repeated)], { keepdims: leadingOnly ? 0 : 1 });
  return sameShape(summed.shape, shape) ? summed : graph.reshape(summed, shape);
}
