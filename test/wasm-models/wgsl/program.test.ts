import { describe, expect, test } from 'vitest';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import { Graph } from '../../../wasm-models/graph/graph.ts';
import { buildTagger, halfPrecision } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { lower } from '../../../wasm-models/wgsl/lower.ts';
import type { Storage } from '../../../wasm-models/wgsl/place.ts';
import { compileProgram, programBytes } from '../../../wasm-models/wgsl/program.ts';
import { assignSlots, storagesOf } from '../../../wasm-models/wgsl/slots.ts';

const BERT: EncoderConfig = {
  architecture: 'bert', vocabularySize: 50, hiddenSize: 32, layers: 2, heads: 2, intermediateSize: 128, maxPositions: 40, positionOffset: 0,
  tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
};

interface Way {
  encoder?: Partial<EncoderConfig>;
  labels?: number;
  batch?: number;
  tokens?: number;
  dropout?: boolean;
  recompute?: boolean;
  half?: boolean;
  frozen?: RegExp;
}

const WAYS: Record<string, Way> = {
  BERT: {},
  DistilBERT: { encoder: { architecture: 'distilbert', tokenTypes: 0 } },
  RoBERTa: { encoder: { architecture: 'roberta', tokenTypes: 1, positionOffset: 2 } },
  'one layer, one head': { encoder: { layers: 1, heads: 1 } },
  'one text of one label': { batch: 1, labels: 1 },
  'one token': { tokens: 1, batch: 3 },
  'no dropout': { dropout: false },
  'activations computed again': { recompute: true },
  'half precision': { half: true },
  'half precision, computed again': { half: true, recompute: true },
  'all but the head frozen': { frozen: /^(embeddings|encoder)\./ },
  'embeddings and a layer frozen': { frozen: /^(embeddings|encoder\.layer\.0)\./ },
  'no biases trained': { frozen: /bias$/ },
};

function graphOf({ encoder = {}, labels = 5, batch = 4, tokens = 16, dropout = true, recompute = false, half = false, frozen = /^$/ }: Way): Graph {
  const full = buildTagger({
    encoder: { ...BERT, ...encoder }, labels: Array.from({ length: labels }, (_, label) => `label ${label}`), pooling: 'mean', embeddingRows: 30, positions: 40, trainable: (name) => !frozen.test(name),
  });
  const { manifest } = half ? halfPrecision(full) : full;
  return trainingGraph(manifest, { batch, tokens }, { dropout, embedded: true, recompute, half });
}

describe.each(Object.entries(WAYS))('the program of a training graph: %s', (_, way) => {
  const graph = graphOf(way);
  const { kernels } = lower(graph);
  const slots = assignSlots(kernels);

  test('writes every output, and nothing twice', () => {
    const written = kernels.flatMap(({ stores }) => [...stores.values()].map(({ storage }) => storage));
    const whole = written.filter(({ kind }) => kind === 'output').map(({ name }) => name);
    expect(whole.toSorted()).toEqual(graph.outputs.map(({ name }) => name).toSorted());
    const elements = new Map<Storage, number>();
    for (const { stores } of kernels) for (const { storage, layout } of stores.values()) elements.set(storage, (elements.get(storage) ?? 0) + layout.shape.reduce((count, size) => count * size, 1));
    for (const [storage, count] of elements) expect(count, storage.name).toBe(storage.elements);
  });

  test('reads nothing that has not been written, and that nothing else has overwritten', () => {
    const holds = new Map<number, Storage>();
    for (const kernel of kernels) {
      for (const storage of kernel.loads) {
        if (storage.kind === 'intermediate') expect(holds.get(slots.of.get(storage)!)?.name).toBe(storage.name);
      }
      const read = new Set([...kernel.loads].map((storage) => slots.of.get(storage) ?? storage));
      for (const { storage } of kernel.stores.values()) {
        const slot = slots.of.get(storage) ?? storage;
        expect(read.has(slot), `${storage.name} is read where it is written`).toBe(false);
        if (typeof slot === 'number') holds.set(slot, storage);
      }
    }
    for (const [storage, slot] of slots.of) expect(slots.sizes[slot]).toBeGreaterThanOrEqual(storage.elements * (storage.dtype === 'float16' ? 2 : 4));
  });

  test('asks for no more buffers a shader than every device has', () => {
    for (const kernel of kernels) expect(storagesOf(kernel).size).toBeLessThanOrEqual(8);
    for (const together of [false, true]) expect(compileProgram(graph, { together }).kernels).toHaveLength(kernels.length);
  });
});

describe('a program', () => {
  test('is the same every time, and of twelve layers has the shaders of three', () => {
    const compile = (layers: number) => compileProgram(graphOf({ encoder: { layers } }), { together: true });
    expect(compile(3)).toEqual(compile(3));
    const codes = (layers: number) => new Set(compile(layers).kernels.map(({ code }) => code));
    expect(codes(12)).toEqual(codes(3));
  });

  test('takes less memory where activations are computed again', () => {
    const layers = { encoder: { layers: 6 }, tokens: 32 };
    expect(programBytes(graphOf({ ...layers, recompute: true }))).toBeLessThan(0.5 * programBytes(graphOf(layers)));
  });

  test('says what has no rule, and where', () => {
    const g = new Graph();
    g.output(g.op('CumSum', [g.input('x', [2, 3]), g.scalar(1)], {}, 'counted'));
    expect(() => lower(g)).toThrow(/^CumSum at counted cannot be made a shader: there is no rule for this operator\.$/);
    const sums = new Graph();
    sums.output(sums.op('ReduceSum', [sums.input('x', [2, 3, 4]), sums.integers([1])], { keepdims: 1 }, 'middle'));
    expect(() => lower(sums)).toThrow(/middle cannot be made a shader: sums over the axes 1 of 3/);
  });

  test('computes a sum by itself that is repeated over more than it was taken of', () => {
    const kinds = (build: (g: Graph) => void): string[] => {
      const g = new Graph();
      build(g);
      return lower(g).kernels.map(({ kind, shape }) => `${kind} ${shape.join('×')}`);
    };
    const rowSum = (g: Graph, shape: number[]) => g.op('ReduceSum', [g.input('x', shape), g.integers([-1])], { keepdims: 1 });
    const columnSum = (g: Graph, shape: number[]) => g.op('ReduceSum', [g.input('x', shape), g.integers([0])], { keepdims: 0 });
    expect(kinds((g) => g.output(g.op('Mul', [g.input('y', [4, 6]), rowSum(g, [4, 3])])))).toEqual(['rows 4×3', 'elements 4×6']);
    expect(kinds((g) => g.output(g.op('Add', [g.input('y', [2, 4, 3]), rowSum(g, [4, 3])])))).toEqual(['rows 4×3', 'elements 2×4×3']);
    expect(kinds((g) => g.output(g.op('Add', [g.input('y', [5, 3]), columnSum(g, [4, 3])])))).toEqual(['columns 4×3', 'elements 5×3']);
    expect(kinds((g) => g.output(g.op('Add', [g.op('Gemm', [g.input('a', [4, 5]), g.input('b', [5, 1])]), g.input('y', [4, 7])])))).toEqual(['rows 4×5', 'elements 4×7']);
    expect(kinds((g) => g.output(g.op('Div', [g.input('y', [4, 3]), rowSum(g, [4, 3])])))).toEqual(['rows 4×3']);
  });

  test('says where a kernel would need more buffers than every device has', () => {
    const g = new Graph();
    let sum = g.input('x0', [3]);
    for (let index = 1; index < 10; index++) sum = g.op('Add', [sum, g.input(`x${index}`, [3])]);
    g.output(sum);
    expect(() => compileProgram(g, { together: false })).toThrow('A kernel over [3] would need 11 buffers; every device has 8.');
  });

  test('comes to an end where a value is used twice, again and again', () => {
    const g = new Graph();
    let power = g.input('x', [3]);
    for (let index = 0; index < 40; index++) power = g.op('Mul', [power, power]);
    g.output(power);
    expect(lower(g).kernels).toHaveLength(1);
  });

  test('copies where an output is a view of something else', () => {
    const g = new Graph();
    const x = g.input('x', [2, 3]);
    g.output(g.op('Transpose', [x], { perm: [1, 0] }, 'turned'));
    const doubled = g.op('Add', [x, x], {}, 'doubled');
    g.output(doubled);
    g.output(g.reshape(doubled, [6], 'flat'));
    const { kernels } = lower(g);
    expect(kernels.map(({ stores }) => [...stores.values()].map(({ storage, layout }) => [storage.name, layout.strides]))).toEqual([[['turned', [1, 2]]], [['doubled', [3, 1]]], [['flat', [3, 1]]]]);
  });
});
