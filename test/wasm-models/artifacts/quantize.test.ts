import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { quantizeWeights } from '../../../wasm-models/artifacts/quantize.ts';
import { Graph } from '../../../wasm-models/graph/graph.ts';
import type { Value } from '../../../wasm-models/graph/value.ts';
import { encodeModel } from '../../../wasm-models/onnx/encode.ts';
import { randomStream } from '../../../wasm-models/random.ts';

const [ROWS, INNER, OUT] = [7, 24, 5];
const random = randomStream(4, 'quantize');
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
/** Outputs of very different size, and one that is all zeros. */
const weight = numbers(OUT * INNER).map((value, index) => value * [100, 1, 0.01, 0, 1][Math.floor(index / INNER)]!);
const table = numbers(9 * INNER).map((value, index) => value * 10 ** -(Math.floor(index / INNER) % 4));

async function run(build: (g: Graph) => void, feeds: Record<string, Tensor>): Promise<Float32Array> {
  const g = new Graph();
  build(g);
  const session = await InferenceSession.create(encodeModel(g, 'test'), { logSeverityLevel: 4 });
  const { y } = await session.run(feeds);
  return y!.data as Float32Array;
}

/** An output of the graph itself is left as it is. */
const behind = (g: Graph, value: Value): Value => g.op('Mul', [value, g.scalar(1)]);
const product = (g: Graph): void => {
  const x = g.input('x', ['rows', INNER]);
  g.output(behind(g, g.op('Gemm', [x, g.constant('weight', [OUT, INNER], weight), g.constant('bias', [OUT], Float32Array.of(1, 2, 3, 4, 5))], { alpha: 0.5, beta: 2, transB: 1 })), 'y');
};
const quantized = (build: (g: Graph) => void, spared: (name: string) => boolean = () => false) => (g: Graph): void => {
  build(g);
  quantizeWeights(g, spared);
};

test('each output of a product keeps its own precision, with factor and bias', async () => {
  const x = { x: new Tensor('float32', numbers(ROWS * INNER), [ROWS, INNER]) };
  const [exact, near] = [await run(product, x), await run(quantized(product), x)];
  for (let column = 0; column < OUT; column++) {
    const of = (values: Float32Array): number[] => Array.from({ length: ROWS }, (_, row) => values[row * OUT + column]! - 2 * (column + 1));
    const size = Math.hypot(...of(exact));
    expect(Math.hypot(...of(near).map((value, row) => value - of(exact)[row]!))).toBeLessThanOrEqual(0.03 * size + 1e-6);
  }
  expect(near).not.toEqual(exact);
});

test('rows of a table come back within half a step of their own scale', async () => {
  const build = (g: Graph): void => void g.output(behind(g, g.op('Gather', [g.constant('table', [9, INNER], table), g.input('at', ['count'], 'int64')], { axis: 0 })), 'y');
  const near = await run(quantized(build), { at: new Tensor('int64', BigInt64Array.from({ length: 9 }, (_, row) => BigInt(row)), [9]) });
  near.forEach((value, index) => {
    const row = table.subarray(Math.floor(index / INNER) * INNER, (Math.floor(index / INNER) + 1) * INNER);
    expect(Math.abs(value - table[index]!)).toBeLessThanOrEqual((Math.max(...row.map(Math.abs)) / 127) * 0.501);
  });
});

test('weights that are spared stay as they are', () => {
  const g = new Graph();
  quantized(product, (name) => name === 'weight')(g);
  expect(g.nodes.map(({ op }) => op)).toEqual(['Gemm', 'Mul']);
  expect(g.constants.find(({ name }) => name === 'weight')!.data).toBe(weight);
});

test('matrices of bytes whose inner sizes differ are refused when the graph is built', () => {
  const g = new Graph();
  const [a, b] = [g.input('a', [2, 3], 'uint8'), g.input('b', [4, 5], 'uint8')];
  expect(() => g.op('MatMulInteger', [a, b])).toThrow('[2, 3] and [4, 5] are no matrices whose inner sizes agree.');
});
