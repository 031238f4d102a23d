import { buildHead } from '../../../wasm-models/index.ts';
import type { Engine } from '../../../web/src/engine/engine.ts';
import { openWasmEngine } from '../../../web/src/engine/wasm.ts';
import { openWebGpuEngine } from '../../../web/src/engine/webgpu/engine.ts';
import { openWordVectors } from '../../../web/src/train/word-vectors.ts';
import { difference, type Difference } from './compare.ts';
import { ENCODERS, makeBatch, makeTagger } from './tagger.ts';

const DEVICES: Record<string, () => Promise<Engine>> = {
  webgpu: () => openWebGpuEngine(undefined, { jspi: true }),
  asyncify: () => openWebGpuEngine(undefined, { jspi: false }),
  wasm: () => openWasmEngine(),
};

const SETTINGS = { learningRate: { encoder: 0, head: 1e-2 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

/** A frozen encoder's word vectors on the GPU against WASM's, and the losses of a head over WASM's, by device. */
async function headAlone(): Promise<{ vectors: Difference; losses: Record<string, number[]> }> {
  const { graphs, parameters } = makeTagger('tiny');
  const { encoder } = graphs.manifest;
  const { targets, weights, ...batch } = makeBatch(8, 24, encoder.vocabularySize, 1);
  const rows = batch.size * batch.tokens;
  const vectors: Record<string, Float32Array> = {};
  const losses: Record<string, number[]> = {};
  for (const [name, open] of Object.entries(DEVICES).reverse()) {
    const engine = await open();
    // Both builds run the same graphs on the GPU, and compiling its shaders once takes long enough.
    if (name !== 'asyncify') {
      const frozen = await openWordVectors(engine, { encoder: { ...encoder, maxPositions: 128 }, pooling: 'first', embeddingRows: ENCODERS.tiny.vocabularySize }, parameters);
      vectors[name] = await frozen.logits(batch);
      await frozen.dispose();
    }
    const head = engine.openHead(buildHead(graphs.manifest), parameters);
    for (let step = 1; step <= 20; step++) {
      await head.accumulate({ rows, features: vectors.wasm!, targets, weights, tokens: rows }, { seed: 3, counter: step });
      await head.update({ ...SETTINGS, step });
    }
    losses[name] = await head.takeLosses();
    await head.dispose();
    await engine.dispose();
  }
  return { vectors: difference(vectors.webgpu!, vectors.wasm!), losses };
}

export const headChecks = { headAlone };
