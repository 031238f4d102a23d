import { toHalf } from '../weights/half.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';
import type { OpName } from '../ops/index.ts';
import type { Graph } from './graph.ts';
import type { Constant, DType, Node, Value } from './value.ts';

type Float = Extract<DType, 'float16' | 'float32'>;

export interface HalfPrecision {
  /** Whether an input comes in float16. */
  input(name: string): boolean;
  /** Whether a node computes in float16. */
  node(node: Node<OpName>): boolean;
}

const isFloat = ({ dtype }: Value): boolean => dtype === 'float16' || dtype === 'float32';

/**
 * Rewrites a float32 graph, gradients and all, so that some of its nodes compute in float16 (Micikevicius et al. 2018, "Mixed Precision Training", section 3):
 * where a value goes from one kind of node to the other it is cast, once. Two things stay in float32 wherever they are: a softmax with the sum it is taken
 * of, and a layer norm's statistics. Outputs have the type of the node that makes them.
 */
export function inHalfPrecision(graph: Graph, half: HalfPrecision): void {
  /** Of each value of the former graph, what it is now in either type. */
  const versions = new Map<Value, Partial<Record<Float, Value>>>();
  const nodes: Node<OpName>[] = [];
  const constants: Constant[] = [];
  const softmaxOf = new Set(graph.nodes.filter(({ op }) => op === 'Softmax').map(({ inputs }) => inputs[0]!));

  const put = (value: Value, now: Value): void => void versions.set(value, { [now.dtype]: now });
  const as = (value: Value, dtype: Float): Value => {
    if (!isFloat(value)) return value;
    const known = versions.get(value)!;
    const same = known[dtype];
    if (same) return same;
    const from = (known.float16 ?? known.float32)!;
    const to: Value = { ...from, name: `${from.name}.${dtype}`, dtype, ...('data' in from ? { data: toHalf((from as Constant).data as Float32Array) } : {}) };
    if ('data' in to) constants.push(to as Constant);
    else nodes.push({ op: 'Cast', name: to.name, inputs: [from], outputs: [to], attributes: { to: DATA_TYPES[dtype] } });
    known[dtype] = to;
    return to;
  };

  const inputs = graph.inputs.map((input): Value => (isFloat(input) && half.input(input.name) ? { ...input, dtype: 'float16' } : input));
  graph.inputs.forEach((input, index) => put(input, inputs[index]!));
  for (const constant of graph.constants) if (isFloat(constant)) put(constant, constant);
  for (const node of graph.nodes) {
    const dtype: Float = half.node(node) && node.op !== 'Softmax' && !softmaxOf.has(node.outputs[0]!) ? 'float16' : 'float32';
    const made = node.outputs.map((output, index): Value => (isFloat(output) ? { ...output, dtype: node.op === 'LayerNormalization' && index > 0 ? 'float32' : dtype } : output));
    nodes.push({ ...node, inputs: node.inputs.map((value) => as(value, dtype)), outputs: made });
    node.outputs.forEach((output, index) => put(output, made[index]!));
  }
  const outputs = graph.outputs.map((output) => {
    const { float16, float32 } = versions.get(output)!;
    return [float16, float32].find((value) => value?.name === output.name)!;
  });
  const used = new Set(nodes.flatMap((node) => node.inputs));
  graph.inputs.splice(0, graph.inputs.length, ...inputs);
  graph.nodes.splice(0, graph.nodes.length, ...nodes);
  graph.constants.splice(0, graph.constants.length, ...[...graph.constants, ...constants].filter((constant) => used.has(constant)));
  graph.outputs.splice(0, graph.outputs.length, ...outputs);
}
