import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildTagger } from '../../wasm-models/index.ts';
import { mix } from '../../wasm-models/nn/dropout-mask.ts';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { readSafetensors } from '../../wasm-models/weights/safetensors.ts';
import { importEncoder } from '../../wasm-models/weights/transfer.ts';
import type { TrainingBatch } from '../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../web/src/engine/node.ts';
import { fixtureFolder, norm, outOfBound, readJson } from './reference.ts';

const FIXTURE = new URL('../fixtures/minilm-step/', import.meta.url);
const CACHE = process.env.TAGSMITH_MODELS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tagsmith', 'models');
const MINILM = join(CACHE, 'minilm-l6');
/** Every gradient in full, as `torch_minilm_step.py --full` writes it; the sketches stand in for it otherwise. */
const FULL_GRADIENTS = process.env.TAGSMITH_MINILM_GRADIENTS;
const TOKENS = 64;

interface Reference {
  labels: number;
  share: number;
  batches: { inputIds: number[]; lengths: number[]; wordStarts: number[][]; first: number[]; second: number[] }[];
  loss: number;
  globalNorm: number;
  gradients: Record<string, { norm: number; sketch: number[] }>;
  training: { learningRate: number; headLearningRate: number; weightDecay: number; clipNorm: number; steps: number; losses: number[] };
}

function trainingBatch({ inputIds, lengths, wordStarts, first, second }: Reference['batches'][number], labels: number, share: number): TrainingBatch {
  const size = lengths.length;
  const words = wordStarts.reduce((sum, starts) => sum + starts.length - 1, 0);
  const batch: TrainingBatch = {
    size,
    tokens: TOKENS,
    inputIds: Int32Array.from(inputIds),
    positionIds: Int32Array.from({ length: size * TOKENS }, (_, i) => i % TOKENS),
    tokenTypeIds: new Int32Array(size * TOKENS),
    attentionBias: Float32Array.from({ length: size * TOKENS }, (_, i) => (i % TOKENS < lengths[Math.floor(i / TOKENS)]! ? 0 : -1e9)),
    pooling: new Float32Array(size * TOKENS * TOKENS),
    targets: new Float32Array(size * TOKENS * labels),
    weights: new Float32Array(size * TOKENS),
  };
  let next = 0;
  wordStarts.forEach((starts, row) =>
    starts.slice(0, -1).forEach((start, word) => {
      const slot = row * TOKENS + word;
      batch.pooling[slot * TOKENS + start] = 1;
      batch.targets[slot * labels + first[next]!]! += share;
      batch.targets[slot * labels + second[next]!]! += 1 - share;
      batch.weights[slot] = 1 / words;
      next++;
    }),
  );
  return batch;
}

/** 16 sums of a tensor's elements under the signs that torch_minilm_step.py describes. */
function sketch(values: Float32Array): Float64Array {
  const sums = new Float64Array(16);
  values.forEach((value, index) => {
    if (value === 0) return;
    const bits = mix(index);
    for (let k = 0; k < 16; k++) sums[k]! += (bits >>> k) & 1 ? -value : value;
  });
  return sums;
}

describe.skipIf(!existsSync(join(MINILM, 'model.safetensors')))('MiniLM-L6 at 8 × 64 tokens agrees with PyTorch (skipped without the weights: npm run models)', async () => {
  const reference = await readJson<Reference>(new URL('reference.json', FIXTURE));

  async function open() {
    const folder = pathToFileURL(`${MINILM}/`);
    const encoder = readEncoderConfig(await readJson(new URL('config.json', folder)));
    const parameters = importEncoder(encoder, await openWeights(fixtureFolder(folder)));
    const head = readSafetensors((await fixtureFolder(FIXTURE).read('head.safetensors'))!, 'head');
    for (const name of head.names) parameters.set(name, head.read(name));
    const labels = Array.from({ length: reference.labels }, (_, i) => `L${i}`);
    const graphs = buildTagger({ encoder, labels, pooling: 'first', embeddingRows: encoder.vocabularySize, positions: encoder.maxPositions });
    return openNodeEngine({ device: 'cpu' }).open(graphs, parameters);
  }

  test('the loss and every gradient of one step, dropout off', async () => {
    const session = await open();
    await session.accumulate(trainingBatch(reference.batches[0]!, reference.labels, reference.share), null);
    const gradients = await session.readGradients();
    if (FULL_GRADIENTS) {
      const folder = pathToFileURL(FULL_GRADIENTS);
      const file = readSafetensors((await fixtureFolder(new URL('./', folder)).read(FULL_GRADIENTS.split('/').at(-1)!))!, 'gradients');
      expect(outOfBound(gradients, new Map(file.names.map((name) => [name, file.read(name)])), 1e-4)).toEqual([]);
    }
    expect([...gradients.keys()].sort()).toEqual(Object.keys(reference.gradients).sort());
    for (const [name, expected] of Object.entries(reference.gradients)) {
      const bound = 1e-4 * (expected.norm + 1e-3 * reference.globalNorm);
      const sums = sketch(gradients.get(name)!);
      // The root mean square of the sketches' differences estimates the norm of the difference.
      const difference = norm(expected.sketch.map((value, k) => value - sums[k]!)) / 4;
      expect(difference, name).toBeLessThanOrEqual(bound);
      expect(Math.abs(norm(gradients.get(name)!) - expected.norm), name).toBeLessThanOrEqual(bound);
    }
    await session.update({ step: 1, learningRate: { encoder: 0, head: 0 }, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: null });
    expect(Math.abs((await session.takeLosses())[0]! - reference.loss)).toBeLessThan(1e-5);
    await session.dispose();
  }, 60_000);

  test('the losses of twenty AdamW steps', async () => {
    const session = await open();
    const { steps, learningRate, headLearningRate, weightDecay, clipNorm, losses } = reference.training;
    for (let step = 0; step < steps; step++) {
      await session.accumulate(trainingBatch(reference.batches[step % reference.batches.length]!, reference.labels, reference.share), null);
      const factor = Math.min(1, (step + 1) / (0.1 * steps)) * (1 - step / steps);
      const rates = { encoder: learningRate * factor, head: headLearningRate * factor };
      await session.update({ step: step + 1, learningRate: rates, weightDecay, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm });
    }
    (await session.takeLosses()).forEach((loss, step) => expect(Math.abs(loss - losses[step]!), `step ${step}`).toBeLessThan(1e-3));
    await session.dispose();
  }, 180_000);
});
