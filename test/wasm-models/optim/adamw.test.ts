import { describe, expect, test } from 'vitest';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { ADAMW_MODULE } from '../../../wasm-models/optim/adamw-module.ts';
import { adamwModule } from '../../../wasm-models/optim/adamw.ts';
import { compileAdamW } from '../../../wasm-models/optim/compile.ts';
import type { OptimizerUpdate, TrainingBatch } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { HostOptimizer } from '../../../web/src/engine/host-optimizer.ts';
import { allocateTrained } from '../../../web/src/engine/host-parameters.ts';
import { adamwFactors, clipScale } from '../../../web/src/engine/optimizer.ts';
import { adamw, sumOfSquares } from './adamw-reference.ts';

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

  test('its module is what its source says', async () => {
    expect(await compileAdamW()).toContain(`'${ADAMW_MODULE}'`);
  });

  test('as a module equals the typed arrays to the bit, whatever the length', () => {
    const module = new WebAssembly.Module(adamwModule());
    for (const elements of [1, 3, 4, 1021, 200_000]) {
      const optimizer = new HostOptimizer(module, elements);
      const wave = (seed: number, scale: number) => Float32Array.from({ length: elements }, (_, i) => scale * Math.sin(seed + i * 1.7) ** 3);
      optimizer.value.set(wave(1, 2));
      const [value, first, second] = [optimizer.value.slice(), new Float32Array(elements), new Float32Array(elements)];
      for (let step = 1; step <= 5; step++) {
        const gradient = wave(step, step === 3 ? 1e-30 : 0.1); // Squares that single precision cannot hold are zero in both.
        optimizer.gradient.set(gradient);
        const squaredNorm = optimizer.squaredNorm();
        expect(squaredNorm).toBeCloseTo(sumOfSquares(gradient), 9);
        const update: OptimizerUpdate = { step, learningRate: { encoder: 1e-2, head: 0 }, weightDecay: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipNorm: 0.5 };
        const factors = adamwFactors(update, 'encoder', clipScale(squaredNorm, update.clipNorm));
        optimizer.update(factors);
        adamw(value, gradient, first, second, factors);
        expect(optimizer.value).toEqual(value);
        expect(optimizer.first).toEqual(first);
        expect(optimizer.second).toEqual(second);
      }
    }
  });

  test('the parameters of a group share a memory until it is full', () => {
    const spec = (name: string, elements: number, group: 'encoder' | 'head') => ({ name, shape: [elements], group, trainable: true });
    const specs = [spec('a', 6, 'encoder'), spec('b', 3, 'encoder'), spec('c', 5, 'head'), spec('d', 1, 'encoder'), spec('e', 20, 'encoder')];
    const { blocks, parameters } = allocateTrained(adamwModule(), specs, 8);
    expect(blocks.map(({ group, optimizer }) => [group, optimizer.value.length])).toEqual([['encoder', 6], ['encoder', 4], ['encoder', 20], ['head', 5]]);
    const value = (name: string) => parameters.find((parameter) => parameter.spec.name === name)!.value;
    value('b').fill(1);
    value('d').fill(2);
    expect([...blocks[1]!.optimizer.value]).toEqual([1, 1, 1, 2]);
    expect(parameters.map((parameter) => parameter.value.length).toSorted((a, b) => a - b)).toEqual([1, 3, 5, 6, 20]);
  });

  test.each([null, 0.05])('a session updates every parameter with its group\'s rate, clip %s', async (clipNorm) => {
    const graphs = buildTagger({ encoder, labels, pooling: 'first', embeddingRows: 12, positions: 8 });
    const values = new Map(graphs.manifest.parameters.map(({ name, shape }) => [name, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + name.length))]));
    const session = await openNodeEngine({ device: 'cpu', threads: 1 }).open(graphs, values);
    const moments = new Map([...values].map(([name, value]) => [name, [new Float32Array(value.length), new Float32Array(value.length)] as const]));
    for (let step = 1; step <= 4; step++) {
      const update: OptimizerUpdate = { step, learningRate: { encoder: 1e-2, head: 3e-2 }, weightDecay: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, clipNorm };
      await session.accumulate(batch(step), { seed: 1, counter: step });
      const gradients = await session.readGradients();
      const scale = clipScale([...gradients.values()].reduce((sum, gradient) => sum + sumOfSquares(gradient), 0), clipNorm);
      if (clipNorm !== null) expect(scale).toBeLessThan(1);
      for (const { name, group } of graphs.manifest.parameters) adamw(values.get(name)!, gradients.get(name)!, ...moments.get(name)!, adamwFactors(update, group, scale));
      await session.update(update);
      for (const [name, updated] of await session.readParameters()) expect(updated, name).toEqual(values.get(name));
    }
    const { first, second } = await session.readMoments();
    for (const [name, [m, v]] of moments) expect([first.get(name), second.get(name)], name).toEqual([m, v]);
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
