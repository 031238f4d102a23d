import type { Graph } from '../graph/graph.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import type { Shape, Value } from '../graph/value.ts';
import { OPS } from '../ops/index.ts';
import type { Op } from '../ops/op.ts';

/**
 * Reverse-mode differentiation: adds nodes that compute the gradients of the scalar `loss` with respect to `wanted` (inputs or
 * intermediate values) and returns them. Only nodes between the two are visited. Rules may add more than is needed: `prune` afterwards.
 */
export function backward(graph: Graph, loss: Value, wanted: readonly Value[]): Map<Value, Value> {
  if (loss.shape.length !== 0) throw new Error(`The loss ${loss.name} has shape ${formatShape(loss.shape)}; a scalar is needed.`);
  const forward = [...graph.nodes];
  const needed = new Set<Value>(wanted);
  for (const node of forward) if (node.inputs.some((input) => needed.has(input)) && OPS[node.op].gradient !== 'constant') node.outputs.forEach((output) => needed.add(output));
  if (!needed.has(loss)) throw new Error(`The loss ${loss.name} does not depend on any of the wanted values.`);

  const gradients = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  const pass = (inputs: readonly Value[], ofInputs: readonly (Value | null)[]): void =>
    ofInputs.forEach((gradient, index) => {
      const input = inputs[index]!;
      if (!gradient || !needed.has(input)) return;
      const fitted = sumToShape(graph, gradient, input.shape);
      const other = gradients.get(input);
      gradients.set(input, other ? add(graph, other, fitted) : fitted);
    });
  for (const node of forward.reverse()) {
    if (!node.inputs.some((input) => needed.has(input))) continue;
    const ofOutputs = node.outputs.map((output) => gradients.get(output) ?? null);
    if (ofOutputs.every((gradient) => gradient === null)) continue;
    const group = graph.groupOf(node.outputs[0]!);
    if (group) {
      graph.scope(`${node.name}.grad`, () => pass(group.inputs, group.rule(ofOutputs[0]!)));
      continue;
    }
    const rule: Op['gradient'] = OPS[node.op].gradient;
    if (rule === 'constant') continue;
    if (rule === 'forbidden') throw new Error(`A gradient reaches ${node.op} at ${node.name}, which has none.`);
    graph.scope(`${node.name}.grad`, () => {
      const ofInputs = rule(graph, ofOutputs, node);
      if (ofInputs.length !== node.inputs.length) throw new Error(`The gradient rule of ${node.op} gave ${ofInputs.length} gradients for ${node.inputs.length} inputs.`);
      pass(node.inputs, ofInputs);
    });
  }
  return new Map(
    wanted.map((value) => {
      const gradient = gradients.get(value);
      if (!gradient) throw new Error(`The loss ${loss.name} does not depend on ${value.name}.`);
      return [value, gradient];
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
