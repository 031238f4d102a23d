import type { Graph } from '../graph/graph.ts';
import { prune } from '../graph/prune.ts';
import type { Constant, Node, Value } from '../graph/value.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';

/** The byte that stands for 0 in a weight. */
const ZERO = 128;
const LARGEST = 127;

/**
 * Stores the weights of matrix products and the embedding tables as bytes, as ONNX Runtime's `quantize_dynamic` does: a quarter of the
 * size. Each output of a product and each row of a table has a scale of its own; activations are turned into bytes at run time, with one scale a tensor.
 * Weights are unsigned: where a processor has no instruction for signed ones ONNX Runtime adds their products up in 16 bits, which overflow.
 * Products whose weights `spared` names stay as they are, and so do those that are the graph's own outputs.
 */
export function quantizeWeights(g: Graph, spared: (weight: string) => boolean): void {
  const replaced = new Map<Value, Value>();
  const constants = new Map<Value, Constant>(g.constants.map((constant) => [constant, constant]));
  for (const node of g.nodes.splice(0)) {
    const inputs = node.inputs.map((input) => replaced.get(input) ?? input);
    const weight = constants.get(inputs[node.op === 'Gather' ? 0 : 1]!);
    const quantized =
      weight?.dtype !== 'float32' || weight.shape.length !== 2 || spared(weight.name) || g.outputs.includes(node.outputs[0]!) ? null
      : node.op === 'Gemm' ? () => product(g, node, inputs, weight)
      : node.op === 'Gather' ? () => rows(g, inputs[1]!, weight)
      : null;
    if (quantized) replaced.set(node.outputs[0]!, g.scope(node.name, quantized));
    else g.nodes.push({ ...node, inputs });
  }
  prune(g);
}

/** α·x·Wᵀ + β·b with W in bytes. ONNX Runtime knows this sequence and runs it as one kernel. */
function product(g: Graph, { attributes: { alpha = 1, beta = 1, transB = 0 } }: Node, [x, , bias]: readonly Value[], weight: Constant): Value {
  if (transB !== 1) throw new Error(`${weight.name} is not stored as [out, in].`);
  const [out, inner] = weight.shape as [number, number];
  const { bytes, scales } = columns(weight.data as Float32Array, out, inner);
  const stored = store(g, `${weight.name}.bytes`, [inner, out], bytes);
  const zero = store(g, `${weight.name}.zero`, [], Uint8Array.of(ZERO));
  const scale = g.constant(`${weight.name}.scale`, [out], scales.map((value) => value * (alpha as number)));
  const [quantized, inputScale, inputZero] = g.node('DynamicQuantizeLinear', [x!], {}, 'input') as [Value, Value, Value];
  const whole = g.op('MatMulInteger', [quantized, stored, inputZero, zero], {}, 'product');
  const scaled = g.op('Mul', [g.op('Cast', [whole], { to: DATA_TYPES.float32 }), g.op('Mul', [inputScale, scale])], {}, 'scaled');
  const { data } = bias as Constant;
  return g.op('Add', [scaled, g.constant(`${bias!.name}.scaled`, [out], (data as Float32Array).map((value) => value * (beta as number)))], {}, 'biased');
}

/** Rows of a table in bytes, each with its scale. */
function rows(g: Graph, indices: Value, table: Constant): Value {
  const [count, width] = table.shape as [number, number];
  const data = table.data as Float32Array;
  const bytes = new Int8Array(data.length);
  const scales = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const scale = scaleOf(data, row * width, width);
    scales[row] = scale;
    for (let i = row * width; i < (row + 1) * width; i++) bytes[i] = Math.round(data[i]! / scale);
  }
  const stored = store(g, `${table.name}.bytes`, [count, width], bytes);
  const whole = g.op('Cast', [g.op('Gather', [stored, indices], { axis: 0 })], { to: DATA_TYPES.float32 });
  return g.op('Mul', [whole, g.op('Gather', [g.constant(`${table.name}.scale`, [count, 1], scales), indices], { axis: 0 })], {}, 'rows');
}

/** `[out, in]` as bytes `[in, out]`, and the scale of each output. */
function columns(weight: Float32Array, out: number, inner: number): { bytes: Uint8Array; scales: Float32Array } {
  const bytes = new Uint8Array(weight.length);
  const scales = new Float32Array(out);
  for (let row = 0; row < out; row++) {
    const scale = scaleOf(weight, row * inner, inner);
    scales[row] = scale;
    for (let i = 0; i < inner; i++) bytes[i * out + row] = ZERO + Math.round(weight[row * inner + i]! / scale);
  }
  return { bytes, scales };
}

/** What some numbers are divided by for the largest to become `becomes`. */
export function scaleOf(values: Float32Array, from: number, count: number, becomes = LARGEST): number {
  let largest = 0;
  for (let i = from; i < from + count; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest === 0 ? 1 : largest / becomes;
}

/** A constant of bytes. */
export function store(g: Graph, name: string, shape: readonly number[], data: Uint8Array | Int8Array): Constant {
  const constant: Constant = { name, dtype: data instanceof Int8Array ? 'int8' : 'uint8', shape, data };
  g.constants.push(constant);
  return constant;
}
