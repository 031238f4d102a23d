import type * as OnnxRuntime from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import type { Value } from '../../../wasm-models/graph/value.ts';
import { buildTagger, halfPrecision, recomputing } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { fromHalf, toHalf } from '../../../wasm-models/weights/half.ts';
import { noise } from '../../gpu/page/compare.ts';
import { makeBatch } from '../../gpu/page/tagger.ts';
import { outOfBound } from '../reference.ts';

const LABELS = 5;
const SIZES = { batch: 4, tokens: 16 };

let ort: typeof OnnxRuntime;

// ONNX Runtime's common part wants float16 in a Float16Array wherever there is one, and its part for Node takes it as bits alone.
beforeAll(async () => {
  vi.stubGlobal('Float16Array', undefined);
  ort = await import('onnxruntime-node');
});
afterAll(() => void vi.unstubAllGlobals());

function tagger(changes: Partial<EncoderConfig> = {}): TaggerGraphs {
  const encoder: EncoderConfig = {
    architecture: 'bert', vocabularySize: 50, hiddenSize: 32, layers: 2, heads: 2, intermediateSize: 128, maxPositions: 20, positionOffset: 0,
    tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0, ...changes,
  };
  return buildTagger({ encoder, labels: Array.from({ length: LABELS }, (_, label) => `label ${label}`), pooling: 'first', embeddingRows: 10, positions: 20 });
}

const graphOf = ({ manifest }: TaggerGraphs, half: boolean, recompute = false) => trainingGraph(manifest, SIZES, { dropout: true, embedded: true, half, recompute });

/** Loss and gradients of one pass on the CPU, divided by what the words' weights were multiplied with. */
async function pass(graphs: TaggerGraphs, half: boolean, lossScale: number): Promise<Map<string, Float32Array>> {
  const file = graphs.training(SIZES, { dropout: true, embedded: true });
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const batch = makeBatch(SIZES.batch, SIZES.tokens, 10, 1, LABELS);
  const given: Record<string, Float32Array> = { attention_bias: batch.attentionBias, pooling: batch.pooling, targets: batch.targets, weights: batch.weights.map((weight) => weight * lossScale) };
  const valuesOf = ({ name, shape }: Value, index: number): Float32Array => {
    const random = noise(shape.reduce((count: number, size) => count * (size as number), 1), index + 1, name === 'embeddings' ? 1 : 0.1);
    if (name.startsWith('dropout.')) return random.map((value) => (value > -0.12 ? 10 / 9 : 0));
    return given[name] ?? (name.endsWith('norm.weight') ? random.map((value) => 1 + value) : random);
  };
  const feeds = graphOf(graphs, half).inputs.map((input, index) => {
    const values = valuesOf(input, index);
    return [input.name, input.dtype === 'float16' ? new ort.Tensor('float16', toHalf(values), input.shape as number[]) : new ort.Tensor('float32', values, input.shape as number[])] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return new Map(Object.entries(results).map(([name, { type, data }]) => [name, (type === 'float16' ? fromHalf(data as unknown as Uint16Array) : Float32Array.from(data as Float32Array)).map((value) => value / lossScale)]));
}

const gradientsOf = (results: Map<string, Float32Array>) => new Map([...results].filter(([name]) => name.endsWith('.grad')));

describe.each(['bert', 'distilbert', 'roberta'] as const)('a training graph of %s in half precision', (architecture) => {
  const graphs = tagger({ architecture, ...(architecture === 'bert' ? {} : { tokenTypes: 0 }) });

  test('is one that ONNX Runtime takes, with the loss of float32 and its gradients', async () => {
    const full = await pass(graphs, false, 1);
    const half = await pass(halfPrecision(graphs), true, 1024);
    expect([...half.keys()]).toEqual([...full.keys()]);
    expect(Math.abs(half.get('loss')![0]! - full.get('loss')![0]!)).toBeLessThan(1e-3);
    expect(outOfBound(gradientsOf(half), gradientsOf(full), 0.01)).toEqual([]);
    // Rounded, that is: float32 in disguise would be nearer.
    expect(outOfBound(gradientsOf(half), gradientsOf(full), 1e-5)).not.toEqual([]);
  });

  test('gives the same bits where its layers are computed again', async () => {
    expect(await pass(recomputing(halfPrecision(graphs)), true, 64)).toEqual(await pass(halfPrecision(graphs), true, 64));
  });
});

describe('half precision', () => {
  test('loses gradients of words that weigh little, which heavier words bring back', async () => {
    const full = await pass(tagger(), false, 1);
    const farOff = async (lossScale: number) => {
      // Weights as in a step of very many words, times the scale.
      const half = await pass(halfPrecision(tagger()), true, 2 ** -20 * lossScale);
      return outOfBound(gradientsOf(half), gradientsOf(full), 0.01);
    };
    expect((await farOff(1)).length).toBeGreaterThan(10);
    expect(await farOff(2 ** 20)).toEqual([]);
  });

  test('is the layers’: their parameters, gradients and masks, while softmax and the statistics of norms are float32', () => {
    const graphs = halfPrecision(tagger());
    const graph = graphOf(graphs, true);
    const half = graph.inputs.filter(({ dtype }) => dtype === 'float16').map(({ name }) => name);
    expect(half).toEqual(graph.inputs.map(({ name }) => name).filter((name) => /^(encoder|dropout)\.layer\./.test(name)));
    const { parameters, dropout } = graphs.manifest;
    expect(new Set([...parameters.filter((parameter) => parameter.half).map(({ name }) => name), ...dropout.filter((site) => site.half).map(({ input }) => input)])).toEqual(new Set(half));
    for (const { name, dtype } of graph.outputs) expect(dtype, name).toBe(name.startsWith('encoder.layer.') ? 'float16' : 'float32');

    const softmax = graph.nodes.filter(({ op }) => op === 'Softmax');
    expect(softmax).toHaveLength(2);
    for (const { inputs: [scores], outputs: [weights] } of softmax) {
      expect([scores!.dtype, weights!.dtype]).toEqual(['float32', 'float32']);
      expect(graph.nodes.find(({ outputs }) => outputs.includes(scores!))!.op, 'the sum with the bias is float32, too').toBe('Add');
    }
    const norms = graph.nodes.filter(({ op, name }) => op === 'LayerNormalization' && name.startsWith('encoder.layer.'));
    expect(norms.length).toBeGreaterThan(0);
    for (const { outputs: [normal, mean, inverse] } of norms) expect([normal!.dtype, mean!.dtype, inverse!.dtype]).toEqual(['float16', 'float32', 'float32']);
  });

  test('costs four casts a layer, and nearly halves what passes through', () => {
    const casts = (layers: number) => graphOf(halfPrecision(tagger({ layers })), true).nodes.filter(({ op }) => op === 'Cast').length;
    expect(casts(3) - casts(2)).toBe(4);
    const bytes = (graphs: TaggerGraphs) => graphs.intermediateBytes('training', SIZES);
    expect(bytes(halfPrecision(tagger({ layers: 6 }))) / bytes(tagger({ layers: 6 }))).toBeLessThan(0.6);
    expect(bytes(recomputing(halfPrecision(tagger({ layers: 6 }))))).toBeLessThan(bytes(halfPrecision(tagger({ layers: 6 }))));
  });

  test('leaves evaluation as it is', () => {
    const graphs = tagger();
    expect(halfPrecision(graphs).evaluation(SIZES)).toEqual(graphs.evaluation(SIZES));
  });
});
