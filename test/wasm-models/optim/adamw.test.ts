import { describe, expect, test } from 'vitest';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { adamw, sumOfSquares } from '../../../wasm-models/optim/adamw.ts';
import type { OptimizerUpdate, TrainingBatch } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { adamwFactors, clipScale } from '../../../web/src/engine/optimizer.ts';

const encoder: EncoderConfig = {
  architecture: 'bert', vocabularySize: 12, hiddenSize: 8, layers: 1, heads: 2, intermediateSize: 16, maxPositions: 8, positionOffset: 0,
  tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
};
const labels = ['O', 'B-a', 'I-a'];

function batch(seed: number): TrainingBatch {
  const [size, tokens] = [2, 4];
  const pooling = new Float32Array(size * tokens * tokens);
  for (let slot = 0; slot < size * tokens; slot++) pooling[slot * tokens + (slot % tokens)] = 1;
  return {
    size, tokens, pooling,
    inputIds: Int32Array.from({ length: 8 }, (_, i) => (i * 5 + seed) % 12),
    positionIds: Int32Array.from({ length: 8 }, (_, i) => i % 4),
    tokenTypeIds: new Int32Array(8),
    attentionBias: new Float32Array(8),
    targets: Float32Array.from({ length: 24 }, (_, i) => (i % 3 === (Math.floor(i / 3) + seed) % 3 ? 1 : 0)),
    weights: new Float32Array(8).fill(1 / 8),
  };
}

describe('AdamW', () => {
  test('moves against the gradient by the learning rate at the first step, and decays', () => {
    const parameter = Float32Array.of(1, -1);
    const update = { step: 1, learningRate: { encoder: 0.1, head: 0 }, weightDecay: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 0, clipNorm: null };
    adamw(parameter, Float32Array.of(3, -0.001), new Float32Array(2), new Float32Array(2), adamwFactors(update, 'encoder', 1));
    expect(parameter[0]).toBeCloseTo(1 * 0.95 - 0.1, 6);
    expect(parameter[1]).toBeCloseTo(-1 * 0.95 + 0.1, 6);
  });

  test('a clip scales the global norm down to its bound and leaves smaller ones alone', () => {
    expect(clipScale(16, 1) * 4).toBeCloseTo(1, 5);
    expect(clipScale(0.25, 1)).toBe(1);
    expect(clipScale(1e12, null)).toBe(1);
  });

  test.each([null, 0.05])('as a graph equals the typed arrays, clip %s', async (clipNorm) => {
    const graphs = buildTagger({ encoder, labels, pooling: 'first', embeddingRows: 12, positions: 8 });
    const initial = new Map(graphs.manifest.parameters.map(({ name, shape }) => [name, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + name.length))]));
    const session = await openNodeEngine({ device: 'cpu', threads: 1 }).open(graphs, initial);
    const values = new Map([...initial].map(([name, value]) => [name, value.slice()]));
    const moments = new Map([...initial].map(([name, value]) => [name, [new Float32Array(value.length), new Float32Array(value.length)] as const]));
    for (let step = 1; step <= 4; step++) {
      const update: OptimizerUpdate = { step, learningRate: { encoder: 1e-2, head: 3e-2 }, weightDecay: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, clipNorm };
      await session.accumulate(batch(step), { seed: 1, counter: step });
      const gradients = await session.readGradients();
      const scale = clipScale([...gradients.values()].reduce((sum, gradient) => sum + sumOfSquares(gradient), 0), clipNorm);
      if (clipNorm !== null) expect(scale).toBeLessThan(1);
      for (const { name, group } of graphs.manifest.parameters) adamw(values.get(name)!, gradients.get(name)!, ...moments.get(name)!, adamwFactors(update, group, scale));
      await session.update(update);
      for (const [name, updated] of await session.readParameters()) {
        expect(Math.sqrt(sumOfSquares(updated.map((value, i) => value - values.get(name)![i]!))), name).toBeLessThanOrEqual(1e-6 * (1 + Math.sqrt(sumOfSquares(updated))));
      }
      await session.writeParameters(values); // Differences of rounding do not add up over the steps.
    }
    const { first, second } = await session.readMoments();
    for (const [name, [m, v]] of moments) {
      expect(Math.sqrt(sumOfSquares(m.map((value, i) => value - first.get(name)![i]!))), name).toBeLessThanOrEqual(1e-6 * (1e-3 + Math.sqrt(sumOfSquares(m))));
      expect(Math.sqrt(sumOfSquares(v.map((value, i) => value - second.get(name)![i]!))), name).toBeLessThanOrEqual(1e-6 * (1e-3 + Math.sqrt(sumOfSquares(v))));
    }
    await session.dispose();
  });

  test('micro-batches give the gradient of the whole batch', async () => {
    const graphs = buildTagger({ encoder, labels, pooling: 'first', embeddingRows: 12, positions: 8 });
    const initial = new Map(graphs.manifest.parameters.map(({ name, shape }) => [name, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + name.length))]));
    const session = await openNodeEngine({ device: 'cpu', threads: 1 }).open(graphs, initial);
    await session.accumulate(batch(1), null);
    const one = await session.readGradients();
    await session.accumulate(batch(1), null);
    const two = await session.readGradients();
    for (const [name, gradient] of one) gradient.forEach((value, i) => expect(two.get(name)![i]!).toBeCloseTo(2 * value, 5));
    await session.dispose();
  });
});
