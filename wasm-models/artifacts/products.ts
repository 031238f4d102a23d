import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';
import { encodeModel } from '../onnx/encode.ts';
import { scaleOf, store } from './quantize.ts';

/** Of a row's bytes. Where a processor has no instruction for bytes, ONNX Runtime adds two products up in 16 bits: two of 255 · 63 fit. */
const LARGEST = 63;

/**
 * Dot products of vectors with fixed rows, as an ONNX file: input `vectors` `[groups, size, dimensions]`, output `largest` `[groups, count]`, for
 * each group of vectors the largest of its products with each row. The rows, `[count, dimensions]`, are inside: a runtime packs them once.
 */
export function buildProducts(rows: Float32Array, dimensions: number): Uint8Array {
  const g = new Graph();
  const count = rows.length / dimensions;
  const vectors = g.input('vectors', ['groups', 'size', dimensions], 'float32');
  const products = g.op('MatMul', [vectors, g.constant('rows', [dimensions, count], transposed(rows, dimensions, new Float32Array(rows.length)))]);
  g.output(largestOf(g, products), 'largest');
  return encodeModel(g, 'products');
}

/**
 * The same in bytes, for processors: about four times as quick, and off by some thousandths of a vector's length. Each row has a scale of its own, the
 * vectors of a pass have one together; a scale is positive, so the largest is found before it is multiplied in.
 */
export function buildByteProducts(rows: Float32Array, dimensions: number): Uint8Array {
  const g = new Graph();
  const count = rows.length / dimensions;
  const scales = Float32Array.from({ length: count }, (_, row) => scaleOf(rows, row * dimensions, dimensions, LARGEST));
  const vectors = g.input('vectors', ['groups', 'size', dimensions], 'float32');
  const flat = g.reshape(vectors, ['groups * size', dimensions]);
  const [bytes, scale, zero] = g.node('DynamicQuantizeLinear', [flat]) as [Value, Value, Value];
  const stored = store(g, 'rows', [dimensions, count], transposed(rows, dimensions, new Int8Array(rows.length), scales));
  const products = g.op('MatMulInteger', [bytes, stored, zero, store(g, 'rows.zero', [], Int8Array.of(0))]);
  const largest = g.op('Cast', [largestOf(g, g.reshape(products, ['groups', 'size', count]))], { to: DATA_TYPES.float32 });
  g.output(g.op('Mul', [largest, g.op('Mul', [scale, g.constant('scales', [count], scales)])]), 'largest');
  return encodeModel(g, 'products');
}

const largestOf = (g: Graph, products: Value): Value => g.op('ReduceMax', [products, g.integers([1])], { keepdims: 0 });

/** Rows as columns, each divided by its scale where they have one, and then rounded. */
function transposed<T extends Float32Array | Int8Array>(rows: Float32Array, dimensions: number, columns: T, scales?: Float32Array): T {
  const count = rows.length / dimensions;
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < dimensions; i++) {
      const value = rows[row * dimensions + i]!;
      columns[i * count + row] = scales ? Math.round(value / scales[row]!) : value;
    }
  }
  return columns;
}
