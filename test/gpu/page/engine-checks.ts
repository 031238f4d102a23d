import type { DeviceKind, Engine, TaggerSession, TrainingBatch } from '../../../web/src/engine/engine.ts';
import { openWasmEngine } from '../../../web/src/engine/wasm.ts';
import { openEngine } from '../../../web/src/engine/web-runtime.ts';
import { gpuMemory, takeGpuWork, type GpuWork } from '../../../web/src/engine/webgpu/account.ts';
import { openWebGpuEngine, type WebGpuOptions } from '../../../web/src/engine/webgpu/engine.ts';
import type { DeviceFault } from '../../../web/src/engine/webgpu/fault.ts';
import { halvingPasses } from '../../../web/src/train/halving.ts';
import { difference } from './compare.ts';
import type { Difference } from './compare.ts';
import { ENCODERS, makeBatch, makeTagger } from './tagger.ts';

type EncoderName = keyof typeof ENCODERS;

/**
 * `webgpu` is what a training gets here, with shaders of our own for a GPU that is a program; `together` has those for real ones. The others run ONNX Runtime's:
 * `recorded`; `uncaptured`, node by node; `asyncify`, the build for browsers without JSPI.
 */
type Device = 'webgpu' | 'together' | 'recorded' | 'uncaptured' | 'asyncify' | 'wasm';

const OPTIONS: Record<Exclude<Device, 'wasm'>, WebGpuOptions> = {
  webgpu: {},
  together: { programs: { together: true } },
  recorded: { programs: null },
  uncaptured: { programs: null, capture: false },
  asyncify: { programs: null, jspi: false },
};

/** Engines stay open from check to check: most of the time in a software GPU goes into compiling shaders. */
const engines = new Map<string, Promise<Engine>>();

function openDevice(device: Device, logSeverityLevel: 0 | 3 = 3): Promise<Engine> {
  const key = `${device} ${logSeverityLevel}`;
  let engine = engines.get(key);
  if (!engine) {
    engine = device === 'wasm' ? openWasmEngine() : openWebGpuEngine(undefined, { ...OPTIONS[device], logSeverityLevel });
    engines.set(key, engine);
  }
  return engine;
}

const SETTINGS = { learningRate: { encoder: 1e-3, head: 1e-2 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

const SEED = 3;

export interface GradientReport {
  losses: [number, number];
  globalNorm: number;
  gradients: Record<string, Difference>;
  logits: Difference;
  stepMs: number[];
}

/** Gradients, loss and logits of one step of several micro-batches on two devices. */
async function gradients(argument: { encoder: EncoderName; layers?: number; size: number; tokens: number; microBatches: number; dropout: boolean; devices: [Device, Device]; freeze?: string }): Promise<GradientReport> {
  const { encoder, layers = ENCODERS[encoder].layers, size, tokens, microBatches, dropout, devices, freeze } = argument;
  const runs = [];
  for (const device of devices) {
    const engine = await openDevice(device);
    const { graphs, parameters } = makeTagger(encoder, { layers, trainable: freeze === undefined ? undefined : (name) => !new RegExp(freeze).test(name) });
    const session = await engine.open(graphs, parameters);
    const stepMs: number[] = [];
    const batches = Array.from({ length: microBatches }, (_, i) => makeBatch(size, Math.max(16, tokens - 8 * i), ENCODERS[encoder].vocabularySize, i + 1));
    for (const [i, batch] of batches.entries()) {
      const started = performance.now();
      await session.accumulate(batch, dropout ? { seed: SEED, counter: i } : null);
      if (microBatches === 1) await session.readGradients();
      stepMs.push(performance.now() - started);
    }
    const found = await session.readGradients();
    await session.update({ ...SETTINGS, step: 1, learningRate: { encoder: 0, head: 0 } });
    const [loss] = await session.takeLosses();
    const logits = await session.logits(batches[0]!);
    runs.push({ loss: loss!, found, logits, stepMs });
    await session.dispose();
  }
  const [actual, reference] = runs as [(typeof runs)[0], (typeof runs)[0]];
  let squares = 0;
  for (const values of reference.found.values()) for (const value of values) squares += value * value;
  return {
    losses: [actual.loss, reference.loss],
    globalNorm: Math.sqrt(squares),
    gradients: Object.fromEntries([...reference.found].map(([name, values]) => [name, difference(actual.found.get(name)!, values)])),
    logits: difference(actual.logits, reference.logits),
    stepMs: actual.stepMs,
  };
}

export interface TrainingReport {
  name: string;
  losses: number[];
  /** First step, with the making of the session, and the median of the others. */
  firstStepMs: number;
  stepMs: number;
  /** Until a pass is queued: median of those after the first of each length. */
  hostMs: number;
  counts: GpuWork;
}

/** Trains on changing batches (two lengths, the second half in two micro-batches) and keeps the losses. */
async function training(argument: { encoder: EncoderName; layers?: number; device: Device; size: number; lengths: number[]; steps: number; largest?: { size: number; tokens: number }; drained?: boolean; recompute?: boolean; logSeverityLevel?: 0 | 3 }): Promise<TrainingReport> {
  const { encoder, layers, device, size, lengths, steps, largest = { size, tokens: Math.max(...lengths) }, drained = false, recompute = false, logSeverityLevel } = argument;
  const engine = await openDevice(device, logSeverityLevel);
  const { graphs, parameters } = makeTagger(encoder, layers === undefined ? { recompute } : { layers, recompute });
  const session = await engine.open(graphs, parameters, largest);
  const times: number[] = [];
  const hostTimes: number[] = [];
  const losses: number[] = [];
  let counts = takeGpuWork();
  for (let step = 1; step <= steps; step++) {
    const batch = makeBatch(size, lengths[step % lengths.length]!, ENCODERS[encoder].vocabularySize, step % 5);
    // A software GPU works on the host's own cores: what it still has to do would count as the host's time.
    if (drained && step > 1) losses.push(...(await session.takeLosses()));
    takeGpuWork();
    const started = performance.now();
    await session.accumulate(batch, { seed: SEED, counter: step });
    if (step > lengths.length) hostTimes.push(performance.now() - started);
    await session.update({ ...SETTINGS, step });
    times.push(performance.now() - started);
    counts = takeGpuWork();
  }
  losses.push(...(await session.takeLosses()));
  await session.dispose();
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
  return { name: engine.name, losses, firstStepMs: times[0]!, stepMs: median(times.slice(1)), hostMs: median(hostTimes), counts };
}

/** A session goes on where another stopped: parameters and moments cross, and the next losses are the same. */
async function resumed({ device }: { device: Device }): Promise<{ straight: number[]; continued: number[] }> {
  const engine = await openDevice(device);
  const { graphs, parameters } = makeTagger('tiny');
  const run = async (session: TaggerSession, from: number, to: number): Promise<number[]> => {
    for (let step = from; step <= to; step++) {
      const batch: TrainingBatch = makeBatch(4, 24, ENCODERS.tiny.vocabularySize, step);
      await session.accumulate(batch, { seed: SEED, counter: step });
      await session.update({ ...SETTINGS, step });
    }
    return session.takeLosses();
  };
  const first = await engine.open(graphs, parameters);
  const straight = await run(first, 1, 3);
  const kept = { parameters: await first.readParameters(), moments: await first.readMoments() };
  straight.push(...(await run(first, 4, 6)));
  const second = await engine.open(graphs, kept.parameters);
  await second.writeMoments(kept.moments);
  const continued = await run(second, 4, 6);
  await first.dispose();
  await second.dispose();
  return { straight: straight.slice(3), continued };
}

/** What the page would get for a choice of device. */
async function choice({ device }: { device: 'auto' | DeviceKind }): Promise<{ kind: DeviceKind; name: string; notes: string[] } | { error: string; advice: string }> {
  const notes: string[] = [];
  try {
    const engine = await openEngine(device, (text) => notes.push(text));
    await engine.dispose();
    return { kind: engine.kind, name: engine.name, notes };
  } catch (error) {
    return { error: (error as Error).message, advice: (error as { advice?: string }).advice ?? '' };
  }
}

/** Largest products of 3 groups of 4 vectors with 300 rows of 64 numbers, on two devices; all are about as long as 1. */
async function products({ devices }: { devices: [Device, Device] }): Promise<Difference> {
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(1 + 7 * i) / Math.sqrt(32));
  const found: Float32Array[] = [];
  for (const device of devices) {
    const session = await (await openDevice(device)).openProducts(numbers(300 * 64), 64);
    await session.largest(numbers(64), 1, 1);
    found.push((await session.largest(numbers(3 * 4 * 64), 3, 4)).slice());
    await session.dispose();
  }
  if (found[0]!.length !== 3 * 300) throw new Error(`There are ${found[0]!.length} products instead of 900.`);
  return difference(found[0]!, found[1]!);
}

/** What one step asks of the device: forward and backward, and the update. Dropout is on, there are 19 labels. */
async function account({ layers, size = 2, tokens = 16, device = 'recorded' }: { layers: number; size?: number; tokens?: number; device?: Device }): Promise<{ pass: GpuWork; update: GpuWork; tensors: number; batchBytes: number }> {
  const { graphs, parameters } = makeTagger('tiny', { layers, labels: 19 });
  const session = await (await openDevice(device)).open(graphs, parameters);
  const batch = makeBatch(size, tokens, ENCODERS.tiny.vocabularySize, 1, 19);
  const step = async (counter: number): Promise<{ pass: GpuWork; update: GpuWork }> => {
    takeGpuWork();
    await session.accumulate(batch, { seed: SEED, counter });
    const pass = takeGpuWork();
    await session.update({ ...SETTINGS, step: counter });
    return { pass, update: takeGpuWork() };
  };
  for (let counter = 1; counter <= 3; counter++) await step(counter);
  const counted = await step(4);
  await session.dispose();
  const batchBytes = Object.values(batch).reduce((sum: number, values: number | Int32Array | Float32Array) => sum + (typeof values === 'number' ? 0 : values.byteLength), 0);
  return { ...counted, tensors: graphs.manifest.parameters.length, batchBytes };
}

/** Bytes that a training takes of the device: once it is open, after a pass of each length, at most, and when it is disposed of; one training after the other, activations kept or computed again. */
async function memory({ layers, size, lengths, trainings, device = 'webgpu' }: { layers: number; size: number; lengths: number[]; trainings: { recompute: boolean }[]; device?: Device }): Promise<{ opened: number; passes: number[]; peak: number; left: number }[]> {
  const engine = await openDevice(device);
  const found = [];
  for (const { recompute } of trainings) {
    const { graphs, parameters } = makeTagger('tiny', { layers, labels: 19, recompute });
    takeGpuWork();
    const before = gpuMemory().bytes;
    const session = await engine.open(graphs, parameters, { size, tokens: Math.max(...lengths) });
    const opened = gpuMemory().bytes - before;
    const passes: number[] = [];
    for (const [i, tokens] of lengths.entries()) {
      await session.accumulate(makeBatch(size, tokens, ENCODERS.tiny.vocabularySize, 1, 19), { seed: SEED, counter: i });
      await session.update({ ...SETTINGS, step: i + 1 });
      await session.takeLosses();
      passes.push(gpuMemory().bytes - before);
    }
    const { peakBytes } = gpuMemory();
    await session.dispose();
    found.push({ opened, passes, peak: peakBytes - before, left: gpuMemory().bytes - before });
  }
  return found;
}

/** Trains where the browser says that there is no memory for passes of more than `fits` texts; in its report alone the lack is made up. */
async function shortage({ device, size, fits, steps }: { device: Device; size: number; fits: number; steps: number }): Promise<{ losses: number[]; whole: number[]; texts: number | null }> {
  const engine = await openDevice(device);
  const run = async (most: number): Promise<{ losses: number[]; texts: number | null }> => {
    const { graphs, parameters } = makeTagger('tiny', { layers: 1 });
    const session = await engine.open(graphs, parameters, { size, tokens: 16 });
    const passes = halvingPasses(session);
    const { popErrorScope } = GPUDevice.prototype;
    for (let step = 1; step <= steps; step++) {
      const batch = makeBatch(size, 16, ENCODERS.tiny.vocabularySize, step);
      const texts = passes.texts ?? size;
      // Scopes are popped in pairs; the first of the pair is that for memory.
      let pops = 0;
      GPUDevice.prototype.popErrorScope = async function () {
        const found = await popErrorScope.call(this);
        return pops++ % 2 === 0 && (passes.texts ?? texts) > most ? new GPUOutOfMemoryError('no room') : found;
      };
      try {
        await passes.accumulate(batch, null);
      } finally {
        GPUDevice.prototype.popErrorScope = popErrorScope;
      }
      await session.update({ ...SETTINGS, step });
    }
    const losses = await session.takeLosses();
    await session.dispose();
    return { losses, texts: passes.texts };
  };
  const whole = await run(size);
  const { losses, texts } = await run(fits);
  return { losses, whole: whole.losses, texts };
}

/** Trains again where the driver has refused a shader once; in its report alone the refusal is made up. */
async function refusedShader(): Promise<{ message: string; advice: string; losses: number[]; left: number }> {
  const engine = await openDevice('webgpu');
  const { graphs, parameters } = makeTagger('tiny', { layers: 1, labels: 7 });
  const before = gpuMemory().bytes;
  const session = await engine.open(graphs, parameters);
  const batch = makeBatch(3, 24, ENCODERS.tiny.vocabularySize, 1, 7);
  const { createComputePipelineAsync } = GPUDevice.prototype;
  let [refused, told] = [0, { message: '', advice: '' }];
  GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
    return refused++ === 3 ? Promise.reject(new GPUPipelineError('no registers', { reason: 'internal' })) : createComputePipelineAsync.call(this, descriptor);
  };
  try {
    await session.accumulate(batch, null);
  } catch (error) {
    told = { message: (error as Error).message, advice: (error as DeviceFault).advice };
  } finally {
    GPUDevice.prototype.createComputePipelineAsync = createComputePipelineAsync;
  }
  await session.releasePasses();
  await session.accumulate(batch, null);
  await session.update({ ...SETTINGS, step: 1 });
  const losses = await session.takeLosses();
  await session.dispose();
  return { ...told, losses, left: gpuMemory().bytes - before };
}

export const engineChecks = { memory, account, products, gradients, training, resumed, choice, shortage, refusedShader };
