import { describe, expect, test } from 'vitest';
import { evaluationGraph, trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import { backward } from '../../../wasm-models/autodiff/backward.ts';
import { Graph } from '../../../wasm-models/graph/graph.ts';
import { print } from '../../../wasm-models/graph/print.ts';
import { prune } from '../../../wasm-models/graph/prune.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';

const encoder: EncoderConfig = {
  architecture: 'bert', vocabularySize: 50, hiddenSize: 8, layers: 2, heads: 2, intermediateSize: 16, maxPositions: 20, positionOffset: 0,
  tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
};
const options = { encoder, labels: ['O', 'B-a', 'I-a'], pooling: 'first' as const, embeddingRows: 10, positions: 20 };
const anyBatch = { batch: 'batch', tokens: 'tokens' };

describe('building', () => {
  test('two builds give the same bytes', () => {
    expect(buildTagger(options).training(anyBatch)).toEqual(buildTagger(options).training(anyBatch));
  });

  test('no weight is in a training file: it stays small whatever the encoder', () => {
    const large = buildTagger({ ...options, encoder: { ...encoder, hiddenSize: 64, intermediateSize: 256 } });
    expect(large.training(anyBatch).length).toBeLessThan(1.05 * buildTagger(options).training(anyBatch).length);
  });

  test('a shape that does not fit is refused where the node is added, with both shapes', () => {
    const g = new Graph();
    const a = g.input('a', [2, 3]);
    const b = g.input('b', [4, 5]);
    expect(() => g.op('MatMul', [a, b])).toThrow('MatMul at MatMul of a [2, 3], b [4, 5]: inner sizes 3 and 4 differ.');
    expect(() => g.op('Add', [a, b])).toThrow('Shapes [2, 3] and [4, 5] do not broadcast: axis 0 has 2 and 4.');
    expect(() => g.reshape(a, [7])).toThrow('a [2, 3] cannot be reshaped to [7]');
  });

  test('sizes with names work like sizes with numbers', () => {
    const g = new Graph();
    const x = g.input('x', ['batch', 'tokens', 8]);
    expect(g.reshape(x, ['batch * tokens', 8]).shape).toEqual(['batch * tokens', 8]);
    expect(() => g.reshape(x, ['batch', 8])).toThrow('cannot be reshaped');
  });

  test('the printed graph names every value once', () => {
    const text = print(trainingGraph(buildTagger(options).manifest, anyBatch));
    const names = [...text.matchAll(/^(?:input |constant )?([\w. *-]+): /gm)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
    expect(text).toContain('encoder.layer.1.feed_forward.up.weight.grad: float32[16, 8]');
  });
});

describe('what is computed', () => {
  test('pruning keeps what an output needs and drops the rest', () => {
    const g = new Graph();
    const x = g.input('x', [2]);
    const kept = g.op('Exp', [x]);
    g.op('Log', [kept]);
    g.output(kept, 'y');
    prune(g);
    expect(g.nodes.map((node) => node.op)).toEqual(['Exp']);
  });

  test('fixed sizes leave no arithmetic of shapes in the graph', () => {
    const ops = new Set(trainingGraph(buildTagger(options).manifest, { batch: 4, tokens: 16 }).nodes.map((node) => node.op));
    expect(ops.has('Shape')).toBe(false);
  });

  test('a frozen half costs no backward pass below its top', () => {
    const all = buildTagger(options).manifest;
    const top = buildTagger({ ...options, trainable: (name) => name.startsWith('head.') || name.startsWith('encoder.layer.1.') }).manifest;
    const outputs = trainingGraph(top, anyBatch).outputs.map((output) => output.name);
    expect(outputs).not.toContain('embeddings.grad');
    expect(outputs.some((name) => name.startsWith('encoder.layer.0.'))).toBe(false);
    expect(trainingGraph(top, anyBatch).nodes.length).toBeLessThan(0.8 * trainingGraph(all, anyBatch).nodes.length);
  });

  test('nothing trainable is refused', () => {
    expect(() => buildTagger({ ...options, trainable: () => false })).toThrow('No parameter is trainable');
  });

  test('evaluation takes no targets and no masks', () => {
    const inputs = evaluationGraph(buildTagger(options).manifest, anyBatch).inputs.map((input) => input.name);
    expect(inputs).not.toContain('targets');
    expect(inputs.filter((name) => name.startsWith('dropout.'))).toEqual([]);
  });

  test('dropout acts where PyTorch has it: DistilBERT has none after the attention’s projection', () => {
    const sites = (architecture: EncoderConfig['architecture']) => buildTagger({ ...options, encoder: { ...encoder, architecture } }).manifest.dropout.map((site) => site.input);
    expect(sites('bert')).toEqual([
      'dropout.embeddings',
      'dropout.layer.0.attention', 'dropout.layer.0.attention.output', 'dropout.layer.0.feed_forward.output',
      'dropout.layer.1.attention', 'dropout.layer.1.attention.output', 'dropout.layer.1.feed_forward.output',
      'dropout.head',
    ]);
    expect(sites('distilbert').filter((name) => name.endsWith('attention.output'))).toEqual([]);
  });

  test('a gradient that reaches a table look-up is a mistake, and said', () => {
    const g = new Graph();
    const table = g.input('table', [5, 2]);
    const rows = g.op('Gather', [table, g.input('rows', [3], 'int32')], { axis: 0 });
    const loss = g.op('ReduceSum', [rows, g.integers([0, 1])], { keepdims: 0 });
    expect(() => backward(g, loss, [table])).toThrow('A gradient reaches Gather at Gather, which has none.');
  });
});
