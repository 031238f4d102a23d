import { describe, expect, it } from 'vitest';
import { buildTagger, halfPrecision } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import type { Window } from '../../../web/src/encode/windows.ts';
import type { Engine } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { planMemory, stateBytes } from '../../../web/src/train/memory.ts';
import { makeBatch, makeTagger } from '../../gpu/page/tagger.ts';

const bert: EncoderConfig = {
  architecture: 'bert', vocabularySize: 30_522, hiddenSize: 768, layers: 12, heads: 12, intermediateSize: 3072, maxPositions: 512, positionOffset: 0, tokenTypes: 2,
  layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
};
const gpu: Pick<Engine, 'kind' | 'padding'> = { kind: 'webgpu', padding: { lengths: [16, 24, 32, 48, 64, 96, 128] } };
const tagger = (encoder: EncoderConfig) => buildTagger({ encoder, labels: Array.from({ length: 19 }, (_, label) => `label ${label}`), pooling: 'first', embeddingRows: 4000, positions: 128 });
const windowOf = (length: number): Window => ({ text: 0, ids: new Int32Array(length), wordStarts: new Int32Array(1), firstWord: 0, ownedFrom: 0, ownedTo: 0 });

describe('the plan of memory', () => {
  it('counts parameters, gradients and moments to the byte', () => {
    const { manifest } = tagger(bert);
    const layer = 4 * 768 * 768 + 4 * 768 + 2 * 768 * 3072 + 3072 + 768 + 4 * 768;
    const parameters = (4000 + 128 + 2) * 768 + 2 * 768 + 12 * layer + 19 * 768 + 19;
    expect(stateBytes(manifest)).toBe(4 * 4 * parameters);
    expect(stateBytes(manifest, true)).toBe(5 * 4 * parameters);
    const frozen = buildTagger({ encoder: bert, labels: ['O', 'B-X', 'I-X'], pooling: 'first', embeddingRows: 10, positions: 128, trainable: (name) => name.startsWith('head.') }).manifest;
    const head = 3 * 768 + 3;
    // In half precision a trained layer's copy takes what its gradient saves; a frozen one has a copy all the same.
    expect(stateBytes(halfPrecision(tagger(bert)).manifest)).toBe(stateBytes(manifest));
    const halfFrozen = halfPrecision(buildTagger({ encoder: bert, labels: ['O', 'B-X', 'I-X'], pooling: 'first', embeddingRows: 10, positions: 128, trainable: (name) => name.startsWith('head.') })).manifest;
    expect(stateBytes(halfFrozen)).toBe(4 * ((10 + 128 + 2) * 768 + 2 * 768 + 1.5 * 12 * layer + 4 * head));
    expect(stateBytes(frozen)).toBe(4 * ((10 + 128 + 2) * 768 + 2 * 768 + 12 * layer + 4 * head));
  });

  it('fits BERT-base with 64 texts of 128 tokens into 2 GB: four texts a pass, where activations are computed again', () => {
    const plan = planMemory({ graphs: tagger(bert), engine: gpu, windows: [windowOf(20), windowOf(128)], batchSize: 64, microBatchSize: null, budget: 2e9 });
    expect(plan).toMatchObject({ microBatchSize: 4, padding: { lengths: [32, 64, 128] }, recompute: true, fits: true });
    expect(plan.bytes).toBeLessThanOrEqual(2e9);
  });

  it('computes activations again only where passes would be small without', () => {
    const needs = { windows: [windowOf(20), windowOf(128)], batchSize: 64, microBatchSize: null };
    expect(planMemory({ ...needs, graphs: tagger(bert), engine: gpu, budget: 4e9 })).toMatchObject({ microBatchSize: 8, recompute: false });
    expect(planMemory({ ...needs, graphs: tagger(bert), engine: gpu, budget: 30e9 })).toMatchObject({ microBatchSize: 64, recompute: false });
    expect(planMemory({ ...needs, graphs: tagger({ ...bert, layers: 6, hiddenSize: 384, intermediateSize: 1536 }), engine: gpu, budget: 2e9 })).toMatchObject({ microBatchSize: 16, recompute: false });
    expect(planMemory({ ...needs, graphs: tagger(bert), engine: { kind: 'cpu', padding: { multipleOf: 8 } } })).toMatchObject({ microBatchSize: 16, recompute: false });
  });

  it('computes them again where the recipe wants more texts a pass than would fit', () => {
    const plan = (microBatchSize: number) => planMemory({ graphs: tagger(bert), engine: gpu, windows: [windowOf(128)], batchSize: 64, microBatchSize, budget: 3e9 });
    expect(plan(8)).toMatchObject({ microBatchSize: 8, recompute: false, fits: true });
    expect(plan(16)).toMatchObject({ microBatchSize: 16, recompute: true, fits: true });
    expect(plan(64)).toMatchObject({ microBatchSize: 64, recompute: true, fits: false });
  });

  it('takes the whole batch and all lengths where there is room, and never goes beyond what the recipe says', () => {
    const needs = { graphs: tagger({ ...bert, layers: 2, hiddenSize: 64, heads: 2, intermediateSize: 256 }), engine: gpu, windows: [windowOf(20), windowOf(60)], batchSize: 32 };
    expect(planMemory({ ...needs, microBatchSize: null })).toMatchObject({ microBatchSize: 32, padding: { lengths: [24, 32, 48, 64] }, fits: true });
    expect(planMemory({ ...needs, microBatchSize: 4 })).toMatchObject({ microBatchSize: 4 });
    expect(planMemory({ ...needs, microBatchSize: 64 })).toMatchObject({ microBatchSize: 32 });
    expect(planMemory({ ...needs, microBatchSize: null, budget: 1 })).toMatchObject({ microBatchSize: 1, padding: { lengths: [64] }, fits: false });
    const half = planMemory({ ...needs, microBatchSize: null, budget: 40e6 });
    expect(half.microBatchSize).toBeLessThan(32);
    expect(half.bytes).toBeLessThanOrEqual(40e6);
  });

  it('does not change what is learned: 64 texts of 128 tokens one by one have the losses of all at once', { timeout: 60_000 }, async () => {
    const engine = openNodeEngine({ device: 'cpu', threads: 2 });
    const { graphs, parameters } = makeTagger('tiny');
    const whole = makeBatch(64, 128, 1000, 1);
    const losses = async (parts: number): Promise<number[]> => {
      const session = await engine.open(graphs, parameters);
      const size = 64 / parts;
      const cut = <Values extends Int32Array | Float32Array>(values: Values, part: number): Values => values.subarray((part * values.length) / parts, ((part + 1) * values.length) / parts) as Values;
      for (let step = 1; step <= 3; step++) {
        for (let part = 0; part < parts; part++) {
          const { inputIds, positionIds, tokenTypeIds, attentionBias, pooling, targets, weights } = whole;
          await session.accumulate({
            size, tokens: 128,
            inputIds: cut(inputIds, part), positionIds: cut(positionIds, part), tokenTypeIds: cut(tokenTypeIds, part), attentionBias: cut(attentionBias, part),
            pooling: cut(pooling, part), targets: cut(targets, part), weights: cut(weights, part),
          }, null);
        }
        await session.update({ step, learningRate: { encoder: 1e-3, head: 1e-2 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 });
      }
      const found = await session.takeLosses();
      await session.dispose();
      return found;
    };
    const atOnce = await losses(1);
    const oneByOne = await losses(64);
    expect(atOnce[2]).toBeLessThan(atOnce[0]!);
    oneByOne.forEach((loss, step) => expect(Math.abs(loss - atOnce[step]!), `step ${step + 1}`).toBeLessThan(1e-5));
  });
});
