import { BatchInputs } from '../../../web/src/engine/webgpu/batch-inputs.ts';
import { createBuffer, readBack, upload } from '../../../web/src/engine/webgpu/buffers.ts';
import { requestGpu } from '../../../web/src/engine/webgpu/device.ts';
import { GraphSession } from '../../../web/src/engine/webgpu/graph-session.ts';
import type { GpuTensor } from '../../../web/src/engine/webgpu/graph-session.ts';
import { loadWebGpuRuntime } from '../../../web/src/engine/webgpu/runtime.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { difference } from './compare.ts';
import { ENCODERS, makeBatch, makeTagger } from './tagger.ts';

const SIZES = { batch: 4, tokens: 24 };

/** Runs three batches through the training graph, recorded and not: elements that differ in any result of any run, and the host's time a run. */
async function capture(): Promise<{ unequal: number; results: number; capturedMs: number[]; plainMs: number[] }> {
  const gpu = await requestGpu();
  const runtime = await loadWebGpuRuntime();
  const { graphs, parameters } = makeTagger('tiny');
  const { manifest } = graphs;
  const tensor = (name: string, shape: readonly number[]): GpuTensor => ({ buffer: createBuffer(gpu, name, elementCount(shape)), dtype: 'float32', shape });
  const fixed = manifest.parameters.map(({ name, shape }) => {
    const made = tensor(name, shape);
    upload(gpu, made.buffer, parameters.get(name)!);
    return [name, made] as const;
  });
  const run = async (captured: boolean): Promise<{ found: Float32Array[]; ms: number[] }> => {
    const session = await GraphSession.create(gpu, runtime, graphs.training(SIZES, { dropout: false }), { keepOutputs: true, capture: captured });
    const inputs = new BatchInputs(gpu, manifest.batch);
    const results = new Map<string, GpuTensor>([
      ['loss', tensor('loss', [])],
      ['embeddings.grad', tensor('embeddings.grad', [SIZES.batch * SIZES.tokens, manifest.encoder.hiddenSize])],
      ...manifest.parameters.filter(({ rowsOf }) => !rowsOf).map(({ name, shape }) => [`${name}.grad`, tensor(name, shape)] as const),
    ]);
    const found: Float32Array[] = [];
    const ms: number[] = [];
    for (const seed of [1, 2, 3]) {
      const feeds = inputs.hold(makeBatch(SIZES.batch, SIZES.tokens, ENCODERS.tiny.vocabularySize, seed));
      const started = performance.now();
      await session.run(new Map([...feeds, ...fixed]), results);
      ms.push(performance.now() - started);
      found.push(...(await readBack(gpu, [...results.values()].map(({ buffer, shape }) => ({ buffer, elements: elementCount(shape) })))));
    }
    return { found, ms };
  };
  const plain = await run(false);
  const captured = await run(true);
  const unequal = plain.found.reduce((sum, values, i) => sum + difference(captured.found[i]!, values).unequal, 0);
  return { unequal, results: plain.found.length, capturedMs: captured.ms, plainMs: plain.ms };
}

export const captureChecks = { capture };
