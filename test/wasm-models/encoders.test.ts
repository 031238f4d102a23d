import { describe, expect, test } from 'vitest';
import type { EncoderConfig } from '../../wasm-models/models/config.ts';
import { buildTagger, recomputing } from '../../wasm-models/index.ts';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { readSafetensors } from '../../wasm-models/weights/safetensors.ts';
import { importTagger } from '../../wasm-models/weights/transfer.ts';
import { openNodeEngine } from '../../web/src/engine/node.ts';
import { type EncoderReference, fixtureFolder, outOfBound, type PoolingName, readJson, trainingBatch, type TrainingReference } from './reference.ts';

const LABELS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'];
const engine = openNodeEngine({ device: 'cpu', threads: 1 });

async function load(architecture: string) {
  const url = new URL(`../fixtures/encoders/${architecture}/`, import.meta.url);
  const folder = fixtureFolder(url);
  const config = readEncoderConfig(await readJson(new URL('config.json', url)));
  const parameters = importTagger(config, LABELS.length, await openWeights(folder));
  const reference = await readJson<EncoderReference>(new URL('reference.json', url));
  const gradients = async (pooling: PoolingName) => {
    const file = readSafetensors((await folder.read(`gradients-${pooling}.safetensors`))!, 'gradients');
    return new Map(file.names.map((name) => [name, file.read(name)]));
  };
  return { config, parameters, reference, gradients };
}

function open(config: EncoderConfig, parameters: ReadonlyMap<string, Float32Array>, pooling: PoolingName, trainable?: (name: string) => boolean) {
  const graphs = buildTagger({ encoder: config, labels: LABELS, pooling, embeddingRows: config.vocabularySize, positions: config.maxPositions, trainable });
  return engine.open(graphs, parameters);
}

/** The schedule of the reference recipe at step s of S, from 0. */
const linear = (s: number, S: number) => Math.min(1, (s + 1) / (0.1 * S)) * (1 - s / S);

describe.each(['bert', 'distilbert', 'roberta'])('%s agrees with PyTorch', (architecture) => {
  const poolings: PoolingName[] = architecture === 'bert' ? ['first', 'mean', 'sum'] : ['mean'];

  test.each(poolings)('logits, loss and every gradient, pooling %s', async (pooling) => {
    const { config, parameters, reference, gradients } = await load(architecture);
    const session = await open(config, parameters, pooling);
    const batch = trainingBatch(reference.batches[0]!, pooling);
    const logits = await session.logits(batch);
    const words = [...batch.weights.keys()].filter((slot) => batch.weights[slot]! > 0);
    for (const slot of words) {
      for (let label = 0; label < LABELS.length; label++) expect(logits[slot * LABELS.length + label]).toBeCloseTo(reference.logits[pooling][slot * LABELS.length + label]!, 4);
    }
    await session.accumulate(batch, null);
    expect(outOfBound(await session.readGradients(), await gradients(pooling), 1e-4)).toEqual([]);
    await session.update({ step: 1, learningRate: { encoder: 0, head: 0 }, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: null });
    expect((await session.takeLosses())[0]).toBeCloseTo(reference.losses[pooling], 5);
    await session.dispose();
  });

  test.each(['all', 'frozen'] as const)('the losses of twenty AdamW steps, %s parameters', async (which) => {
    const { config, parameters, reference } = await load(architecture);
    const recipe = reference.training[which];
    const losses = await trainLosses(config, parameters, reference, recipe);
    losses.forEach((loss, step) => expect(Math.abs(loss - recipe.losses[step]!), `step ${step}`).toBeLessThan(1e-3));
    expect(losses).toHaveLength(recipe.steps);
  });
});

describe.each(['bert', 'distilbert', 'roberta'])('%s with activations computed again', (architecture) => {
  test('has the losses and gradients of kept ones, dropout on', async () => {
    const { config, parameters, reference } = await load(architecture);
    expect(config.hiddenDropout * config.attentionDropout).toBeGreaterThan(0);
    const graphs = buildTagger({ encoder: config, labels: LABELS, pooling: 'mean', embeddingRows: config.vocabularySize, positions: config.maxPositions });
    const train = async (those: typeof graphs) => {
      const session = await engine.open(those, parameters);
      for (let step = 1; step <= 3; step++) {
        await session.accumulate(trainingBatch(reference.batches[step % reference.batches.length]!, 'mean'), { seed: 7, counter: step });
        await session.update({ step, learningRate: { encoder: 1e-3, head: 1e-2 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 });
      }
      await session.accumulate(trainingBatch(reference.batches[0]!, 'mean'), { seed: 7, counter: 0 });
      const found = { losses: await session.takeLosses(), gradients: await session.readGradients() };
      await session.dispose();
      return found;
    };
    const kept = await train(graphs);
    const again = await train(recomputing(graphs));
    again.losses.forEach((loss, step) => expect(Math.abs(loss - kept.losses[step]!), `step ${step + 1}`).toBeLessThan(1e-6));
    expect(again).toEqual(kept);
  });
});

async function trainLosses(config: EncoderConfig, parameters: ReadonlyMap<string, Float32Array>, reference: EncoderReference, recipe: TrainingReference): Promise<number[]> {
  const frozen = (name: string) => recipe.frozenLayers > 0 && (name.startsWith('embeddings.') || Number(/^encoder\.layer\.(\d+)\./.exec(name)?.[1] ?? Infinity) < recipe.frozenLayers);
  const session = await open(config, parameters, 'mean', (name) => !frozen(name));
  for (let step = 0; step < recipe.steps; step++) {
    await session.accumulate(trainingBatch(reference.batches[step % reference.batches.length]!, 'mean'), null);
    const factor = linear(step, recipe.steps);
    await session.update({
      step: step + 1,
      learningRate: { encoder: recipe.learningRate * factor, head: recipe.headLearningRate * factor },
      weightDecay: recipe.weightDecay,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      clipNorm: recipe.clipNorm,
    });
  }
  const losses = await session.takeLosses();
  await session.dispose();
  return losses;
}
