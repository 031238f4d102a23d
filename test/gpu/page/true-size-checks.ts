import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import { backward } from '../../../wasm-models/autodiff/backward.ts';
import { Graph } from '../../../wasm-models/graph/graph.ts';
import { prune } from '../../../wasm-models/graph/prune.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import type { Node, Value } from '../../../wasm-models/graph/value.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import { selfAttention } from '../../../wasm-models/nn/attention.ts';
import { maskedDropout } from '../../../wasm-models/nn/dropout.ts';
import { layerNorm, residualNorm } from '../../../wasm-models/nn/layer-norm.ts';
import { within } from '../../../wasm-models/nn/linear.ts';
import { encodeModel } from '../../../wasm-models/onnx/encode.ts';
import { createBuffer, readBack, upload } from '../../../web/src/engine/webgpu/buffers.ts';
import { requestGpu } from '../../../web/src/engine/webgpu/device.ts';
import type { Gpu } from '../../../web/src/engine/webgpu/device.ts';
import { loadWebGpuRuntime } from '../../../web/src/engine/webgpu/runtime.ts';
import type { WebGpuRuntime } from '../../../web/src/engine/webgpu/runtime.ts';
import { difference, noise } from './compare.ts';
import { loneNode } from './lone-node.ts';

/** A result of the WebGPU provider against that of the WASM provider: ‖a − b‖₂ / ‖b‖₂, and the largest |a − b| over the largest |b|. */
export interface Agreement {
  what: string;
  byNorm: number;
  byLargest: number;
  /** Of the run that gave it and the reading of all its results. */
  gpuMs: number;
  wasmMs: number;
}

/** RoBERTa base with one layer, for the dimensions of its larger kin: all layers are alike. */
const ENCODER = {
  architecture: 'roberta',
  vocabularySize: 50_265,
  hiddenSize: 768,
  layers: 1,
  heads: 12,
  intermediateSize: 3072,
  maxPositions: 514,
  positionOffset: 2,
  tokenTypes: 0,
  layerNormEpsilon: 1e-5,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  padTokenId: 1,
} as const;
const [BATCH, TOKENS] = [64, 128];
const ROWS = BATCH * TOKENS;
const { hiddenSize: HIDDEN, heads: HEADS, layerNormEpsilon: EPSILON } = ENCODER;

let opened: Promise<{ gpu: Gpu; runtime: WebGpuRuntime }> | null = null;
async function open(): Promise<{ gpu: Gpu; runtime: WebGpuRuntime }> {
  opened ??= Promise.all([requestGpu(), loadWebGpuRuntime()]).then(([gpu, runtime]) => ({ gpu, runtime }));
  return opened;
}

interface Case {
  what: string;
  model: Uint8Array;
  inputs: readonly Value[];
  outputs: readonly Value[];
  data: readonly Float32Array[];
}

const sizes = ({ shape }: Value): number[] => shape as number[];

/** Runs one model on both providers. */
async function compare({ what, model, inputs, outputs, data }: Case): Promise<Agreement[]> {
  const { gpu, runtime: { ort } } = await open();
  const timed = async <T>(run: () => Promise<T>): Promise<[T, number]> => {
    const began = performance.now();
    return [await run(), performance.now() - began];
  };

  const reference = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const [expected, wasmMs] = await timed(() => reference.run(Object.fromEntries(inputs.map((input, i) => [input.name, new ort.Tensor('float32', data[i]!, sizes(input))]))));
  await reference.release();

  const session: InferenceSession = await ort.InferenceSession.create(model, { executionProviders: [{ name: 'webgpu', device: gpu.device }], preferredOutputLocation: 'gpu-buffer' });
  const buffers = inputs.map((input, i) => {
    const buffer = createBuffer(gpu, input.name, data[i]!.length);
    upload(gpu, buffer, data[i]!);
    return buffer;
  });
  const feeds: Record<string, Tensor> = Object.fromEntries(inputs.map((input, i) => [input.name, ort.Tensor.fromGpuBuffer(buffers[i]!, { dataType: 'float32', dims: sizes(input) })]));
  const [actual, gpuMs] = await timed(async () => {
    const results = await session.run(feeds);
    const values = await readBack(gpu, outputs.map((output) => ({ buffer: results[output.name]!.gpuBuffer as GPUBuffer, elements: elementCount(sizes(output)) })));
    for (const { name } of outputs) results[name]!.dispose();
    return values;
  });
  await session.release();
  for (const buffer of buffers) buffer.destroy();

  return outputs.map((output, i) => {
    const values = expected[output.name]!.data as Float32Array;
    const { norm, referenceNorm, largest } = difference(actual[i]!, values);
    const largestReference = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return { what: outputs.length === 1 ? what : `${what} → ${output.name}`, byNorm: norm / referenceNorm, byLargest: largest / largestReference, gpuMs, wasmMs };
  });
}

/** What an operator that is not defined for all numbers wants. */
const POSITIVE = new Set(['Log', 'Div', 'Sqrt']);

/** Multiplications from which a product takes a software GPU minutes. */
const LARGE = 2 ** 31;

/** What makes two nodes the same to a kernel: operator, attributes and sizes. Of large products the form alone: the largest of each stands for all. */
function kindOf(node: Node): string {
  const { op, attributes, inputs } = node;
  if (multiplications(node) > LARGE) return `${op}, ${attributes['transA'] ?? 0}, ${attributes['transB'] ?? 0}, ${inputs.length}`;
  return `${op} ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')} ${JSON.stringify(attributes)}`;
}

/** Of a product of two matrices; 0 of all else. */
function multiplications({ op, attributes, inputs: [a, b] }: Node): number {
  if (op !== 'Gemm') return 0;
  return elementCount(sizes(a!)) * sizes(b!)[attributes['transB'] ? 0 : 1]!;
}

/** The operators of the training graph at 64 × 128 tokens, matrix products or all others, each kind once, run alone on random numbers. */
async function operatorsAtTrueSize({ products }: { products: boolean }): Promise<Agreement[]> {
  const { manifest } = buildTagger({ encoder: ENCODER, labels: Array.from({ length: 19 }, (_, label) => `label ${label}`), pooling: 'first', embeddingRows: ENCODER.vocabularySize, positions: ENCODER.maxPositions });
  const { nodes } = trainingGraph(manifest, { batch: BATCH, tokens: TOKENS }, { dropout: true, embedded: true });
  // A Reshape moves nothing.
  const wanted = nodes.filter(({ op }) => op !== 'Reshape' && (op === 'Gemm' || op === 'MatMul') === products).toSorted((a, b) => multiplications(b) - multiplications(a));
  const kinds = new Map<string, Node>();
  for (const node of wanted) if (!kinds.has(kindOf(node))) kinds.set(kindOf(node), node);
  const found: Agreement[] = [];
  for (const [seed, node] of [...kinds.values()].entries()) {
    const { model, inputs, outputs } = loneNode(node);
    const data = inputs.map((input, i) => {
      const values = noise(elementCount(sizes(input)), 10 * (seed + 1) + i);
      return POSITIVE.has(node.op) ? values.map((value) => Math.abs(value) + 0.1) : values;
    });
    const what = `${node.op} ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')} ${JSON.stringify(node.attributes)}`;
    found.push(...(await compare({ what, model, inputs, outputs, data })));
  }
  return found;
}

/** A part of the encoder with its gradients, of a random projection of its result. `inputs` are random, but for those that `given` fills. */
async function withGradients(what: string, build: (g: Graph) => { result: Value; wanted: Value[] }, given: Record<string, (values: Float32Array) => Float32Array>): Promise<Agreement[]> {
  const g = new Graph();
  const { result, wanted } = build(g);
  const projection = g.input('projection', result.shape);
  const loss = g.op('ReduceSum', [g.op('Mul', [result, projection]), g.integers([0, 1])], { keepdims: 0 });
  const gradients = backward(g, loss, wanted);
  const outputs = [g.output(result, 'result'), ...wanted.map((value) => g.output(gradients.get(value)!, `${value.name}.grad`))];
  prune(g);
  const data = g.inputs.map((input, i) => {
    const values = noise(elementCount(sizes(input)), 100 + i);
    return given[input.name]?.(values) ?? values;
  });
  return compare({ what, model: encodeModel(g, what), inputs: g.inputs, outputs, data });
}

const nearOne = (values: Float32Array): Float32Array => values.map((value) => 1 + 0.05 * value);

/**
 * Query, key, value, scores [64, 12, 128, 128] with padding, softmax, dropout and context; forward and backward. Heads are 8 wide: products of
 * true width are among the operators.
 */
function attentionAtTrueSize(): Promise<Agreement[]> {
  const width = 8 * HEADS;
  return withGradients(
    'attention',
    (g) => {
      const x = g.input('x', [ROWS, width]);
      const bias = g.input('bias', [BATCH, 1, 1, TOKENS]);
      const wanted = [x, g.input('qkv.weight', [3 * width, width]), g.input('qkv.bias', [3 * width])];
      const parameters = (name: string): Value => wanted.find((value) => value.name === name)!;
      const result = selfAttention(g, x, bias, parameters, { batch: BATCH, tokens: TOKENS, heads: HEADS, dropout: maskedDropout(), dropoutRate: 0.1, site: 'site' });
      return { result, wanted };
    },
    {
      'qkv.weight': (values) => values.map((value) => 0.15 * value),
      // Text i has 2i + 2 tokens, the rest is padding.
      bias: (values) => values.map((_, i) => (i % TOKENS < 2 * Math.floor(i / TOKENS) + 2 ? 0 : -1e9)),
      'dropout.site': (values) => values.map((value) => (value < -1.28 ? 0 : 1 / 0.9)),
    },
  );
}

/** LayerNormalization, then SkipLayerNormalization of its result and another matrix; forward and backward. */
function normAtTrueSize(): Promise<Agreement[]> {
  return withGradients(
    'norm',
    (g) => {
      const [x, residual] = [g.input('x', [ROWS, HIDDEN]), g.input('residual', [ROWS, HIDDEN])];
      const own = ['first.weight', 'first.bias', 'second.weight', 'second.bias'].map((name) => g.input(name, [HIDDEN]));
      const parameters = (name: string): Value => own.find((value) => value.name === name)!;
      const first = layerNorm(g, x, within(parameters, 'first'), EPSILON);
      const result = residualNorm(g, first, residual, within(parameters, 'second'), { epsilon: EPSILON, fused: true });
      return { result, wanted: [x, residual, ...own] };
    },
    { 'first.weight': nearOne, 'second.weight': nearOne },
  );
}

export const trueSizeChecks = { operatorsAtTrueSize, attentionAtTrueSize, normAtTrueSize };
