import type { Node } from '../graph/value.ts';

/**
 * The order of nodes in a file by which ONNX Runtime runs them in the order they were added. It goes back from the nodes that nothing reads, from the
 * last in the file to the first, and runs before each what that one needs. Gradients of parameters are such nodes: in the order they were added the
 * embeddings' would run first, after the whole way back, then those of all layers, for which every activation and gradient would be kept until then.
 * So they stand at the end, the last first.
 */
export function inFileOrder<Op extends string>(nodes: readonly Node<Op>[]): Node<Op>[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isLast = ({ outputs }: Node): boolean => !outputs.some((output) => read.has(output));
  return [...nodes.filter((node) => !isLast(node)), ...nodes.filter(isLast).reverse()];
}
