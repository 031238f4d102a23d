import type { Graph } from './graph.ts';
import type { Value } from './value.ts';

/** Drops nodes and constants that no output depends on. Inputs stay: they are the graph's signature. */
export function prune(graph: Graph): void {
  const needed = new Set<Value>(graph.outputs);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (node.outputs.some((output) => needed.has(output))) node.inputs.forEach((input) => needed.add(input));
    else graph.nodes.splice(i, 1);
  }
  graph.constants.splice(0, graph.constants.length, ...graph.constants.filter((constant) => needed.has(constant)));
}
