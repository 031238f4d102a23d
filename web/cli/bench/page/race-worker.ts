import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import { openWasmEngine } from '../../../src/engine/wasm.ts';
import { countGpuWork } from '../../../src/engine/webgpu/account.ts';
import { openWebGpuEngine, type WebGpuOptions } from '../../../src/engine/webgpu/engine.ts';
import { takeStepWork, type StepWork } from '../../../src/train/bench/gpu-work.ts';
import { LABELS, randomBatch, randomTagger, type RandomTagger } from '../../../src/train/bench/random-tagger.ts';
import { median } from '../../../src/train/quantile.ts';
import type { Contestant, ContestantName, TabDevice, Task } from '../contestants/contestant.ts';
import { tagsmith } from '../contestants/tagsmith.ts';

export interface RaceOrder {
  contestant: ContestantName;
  device: TabDevice;
  encoder: EncoderConfig;
  batch: number;
  tokens: number;
  threads: number;
  /** Steps before the measured ones; their losses are given. */
  warmUp: number;
  /** Measured: so many blocks of steps that are queued before anybody waits for the device, as a training does between two looks at the loss. */
  blocks: number;
  stepsABlock: number;
  /** Of our own engine on a GPU: whose shaders, and whether ONNX Runtime records its own; as in a training unless told. */
  gpuOptions?: WebGpuOptions;
}

export interface RaceResult {
  device: string;
  remarks: string[];
  /** Of the first steps. */
  losses: number[];
  /** Median over blocks. */
  stepMs: number;
  /** Until the program has handed a step over to a device that has nothing else to do; on the CPU that may be the whole step. */
  hostMs: number;
  /** What one step asked of the GPU; null on the CPU. */
  gpu: StepWork | null;
}

countGpuWork();

self.onmessage = ({ data }: MessageEvent<RaceOrder>) => {
  race(data).then(
    (measurement) => self.postMessage({ measurement }),
    (error: unknown) => self.postMessage({ problem: String(error) }),
  );
};

async function race(order: RaceOrder): Promise<RaceResult> {
  const tagger = randomTagger(order.encoder);
  const { manifest } = tagger.graphs;
  const shapes = new Map(manifest.parameters.map(({ name, shape }) => [name, shape]));
  const batch = randomBatch(order.encoder, order.batch, order.tokens, { padded: true });
  const contestant = await open(order, tagger, { encoder: order.encoder, labels: LABELS, parameters: tagger.parameters, shapes, batch });
  for (let step = 0; step < order.warmUp; step++) await contestant.step();
  const losses = await contestant.losses();
  takeStepWork(order.warmUp);
  const [whole, host]: [number[], number[]] = [[], []];
  for (let block = 0; block < order.blocks; block++) {
    const began = performance.now();
    await contestant.step();
    host.push(performance.now() - began);
    for (let step = 1; step < order.stepsABlock; step++) await contestant.step();
    await contestant.losses();
    whole.push((performance.now() - began) / order.stepsABlock);
  }
  const { device, remarks } = contestant;
  return { device, remarks, losses, stepMs: median(whole), hostMs: median(host), gpu: order.device === 'webgpu' ? takeStepWork(order.blocks * order.stepsABlock) : null };
}

/** The others are loaded only when it is their turn. */
async function open({ contestant, device, threads, gpuOptions }: RaceOrder, tagger: RandomTagger, task: Task): Promise<Contestant> {
  switch (contestant) {
    case 'Tagsmith':
      return tagsmith(device === 'wasm' ? await openWasmEngine(threads) : await openWebGpuEngine(undefined, gpuOptions), tagger, task);
    case 'TensorFlow.js':
      return (await import('../contestants/tensorflow.ts')).tensorflow(device, threads, task);
    case 'jax-js':
      return (await import('../contestants/jax.ts')).jax(device, task);
  }
}
