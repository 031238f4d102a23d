import type { Graph } from './graph.ts';
import { formatShape } from './shape.ts';
import type { Value } from './value.ts';

/** The graph as text, a value a line, in an order and under names that stay the same: two builds can be compared line by line. */
export function print(graph: Graph): string {
  const typed = (value: Value) => `${value.name}: ${value.dtype}${formatShape(value.shape)}`;
  const lines = graph.inputs.map((input) => `input ${typed(input)}`);
  for (const constant of graph.constants) lines.push(`constant ${typed(constant)}`);
  for (const node of graph.nodes) {
    const attributes = Object.entries(node.attributes).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const operands = [...node.inputs.map((input) => input.name), ...attributes].join(', ');
    lines.push(`${node.outputs.map(typed).join(', ')} = ${node.op}(${operands})`);
  }
  for (const output of graph.outputs) lines.push(`output ${typed(output)}`);
  return lines.join('\n');
}
