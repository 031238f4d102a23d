import { Graph } from '../graph/graph.ts';
import { encodeModel } from '../onnx/encode.ts';

/**
 * Dot products of vectors with fixed rows, as an ONNX file: input `vectors` `[groups, size, dimensions]`, output `largest` `[groups, count]`, for
 * each group of vectors the largest of its products with each row. The rows, `[count, dimensions]`, are inside: a runtime packs them once.
 */
export function buildProducts(rows: Float32Array, dimensions: number): Uint8Array {
  const g = new Graph();
  const count = rows.length / dimensions;
  const vectors = g.input('vectors', ['groups', 'size', dimensions], 'float32');
  const products = g.op('MatMul', [vectors, g.constant('rows', [dimensions, count], transposed(rows, dimensions))]);
  g.output(g.op('ReduceMax', [products, g.integers([1])], { keepdims: 0 }), 'largest');
  return encodeModel(g, 'products');
}

function transposed(rows: Float32Array, dimensions: number): Float32Array {
  const count = rows.length / dimensions;
  const columns = new Float32Array(rows.length);
  for (let row = 0; row < count; row++) for (let i = 0; i < dimensions; i++) columns[i * count + row] = rows[row * dimensions + i]!;
  return columns;
}
