import { Graph } from '../../../wasm-models/graph/graph.ts';
import type { Constant, Node, Value } from '../../../wasm-models/graph/value.ts';
import { encodeModel } from '../../../wasm-models/onnx/encode.ts';

/** A graph of one node. Its numbers and shapes that are constants stay so; all else becomes an input. */
export function loneNode(node: Node): { model: Uint8Array; inputs: Value[]; outputs: Value[] } {
  const g = new Graph();
  const inputs: Value[] = [];
  const own = new Map<Value, Value>();
  for (const [i, value] of node.inputs.entries()) {
    const { data } = value as Partial<Constant>;
    if (own.has(value)) continue;
    if (data instanceof BigInt64Array) own.set(value, g.integers(Array.from(data, Number)));
    else if (data instanceof Float32Array && data.length === 1) own.set(value, g.scalar(data[0]!));
    else {
      const input = g.input(`in${i}`, value.shape, value.dtype);
      inputs.push(input);
      own.set(value, input);
    }
  }
  const outputs = g.node(node.op as 'Add', node.inputs.map((value) => own.get(value)!), node.attributes).map((output) => g.output(output));
  return { model: encodeModel(g, 'alone'), inputs, outputs };
}
