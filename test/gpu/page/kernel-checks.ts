import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { adamw, sumOfSquares } from '../../wasm-models/optim/adamw-reference.ts';
import { fromHalf, toHalf } from '../../../wasm-models/weights/half.ts';
import { dropoutKey, fillDropoutMask } from '../../../wasm-models/nn/dropout-mask.ts';
import { createBuffer, readBack, upload } from '../../../web/src/engine/webgpu/buffers.ts';
import { requestGpu } from '../../../web/src/engine/webgpu/device.ts';
import type { Gpu } from '../../../web/src/engine/webgpu/device.ts';
import { DropoutMasks } from '../../../web/src/engine/webgpu/dropout-masks.ts';
import { compileKernels } from '../../../web/src/engine/webgpu/kernels/index.ts';
import type { Kernels } from '../../../web/src/engine/webgpu/kernels/index.ts';
import { GpuOptimizer } from '../../../web/src/engine/webgpu/optimizer.ts';
import { EmbeddingTables } from '../../../web/src/engine/webgpu/embedding-tables.ts';
import type { LastingBuffer } from '../../../web/src/engine/webgpu/lasting-buffers.ts';
import { parameterBlocks } from '../../../web/src/engine/webgpu/parameters.ts';
import type { Batch } from '../../../web/src/engine/engine.ts';
import type { ParameterSpec } from '../../../wasm-models/artifacts/manifest.ts';
import { Accumulated, createTrainedTensor } from '../../../web/src/engine/webgpu/trained-tensor.ts';
import { difference, noise } from './compare.ts';
import type { Difference } from './compare.ts';

let opened: Promise<{ gpu: Gpu; kernels: Kernels }> | null = null;
function open(): Promise<{ gpu: Gpu; kernels: Kernels }> {
  opened ??= requestGpu().then(async (gpu) => ({ gpu, kernels: await compileKernels(gpu) }));
  return opened;
}

/** Encodes, submits, and throws what the device has against it. */
async function submit(gpu: Gpu, encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
  await gpu.guard('a check', () => {
    const encoder = gpu.device.createCommandEncoder();
    encode(encoder);
    gpu.device.queue.submit([encoder.finish()]);
  });
}

function inPass(encode: (pass: GPUComputePassEncoder) => void): (encoder: GPUCommandEncoder) => void {
  return (encoder) => {
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
  };
}

/** A buffer of ours in the place of the runtime's. */
function ownBuffer(gpu: Gpu, label: string, elements: number): LastingBuffer {
  const buffer = createBuffer(gpu, label, elements);
  return { buffer, release: () => buffer.destroy() };
}

const TABLES = ['input_ids', 'position_ids', 'token_type_ids'] as const;

/** Tables of so many rows, one behind the other. */
function tablesOf(rows: readonly number[], width: number): ReturnType<typeof parameterBlocks>[0] {
  const specs = rows.map((count, i): ParameterSpec => ({ name: `table ${i}`, shape: [count, width], trainable: true, group: 'encoder', rowsOf: TABLES[i]! }));
  return parameterBlocks({ parameters: specs })[0]!;
}

/** A batch of which only the ids matter. */
function batchOf([inputIds, positionIds = inputIds!, tokenTypeIds = inputIds!]: readonly Int32Array[]): Batch {
  const none = new Float32Array(0);
  return { size: inputIds!.length, tokens: 1, inputIds: inputIds!, positionIds, tokenTypeIds, attentionBias: none, pooling: none };
}

const SETTINGS = { learningRate: { encoder: 1e-4, head: 1e-3 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

interface Updates {
  shapes: number[][];
  steps: number;
  clipNorm: number | null;
  /** Gradients come in float16, times `lossScale`, and a copy of each parameter is kept in float16. With `folds` they are sums in float32. */
  half?: boolean;
  lossScale?: number;
  folds?: boolean;
  /** A number in the place of the first of the last step's gradients. */
  poison?: number;
}

interface UpdatesReport {
  parameters: Difference;
  first: Difference;
  second: Difference;
  repeatable: boolean;
  /** Of the copy in float16, elements that are not the parameter rounded. */
  wrongCopies: number;
}

/** Bits of float16 as they lie in a buffer of numbers of 4 bytes. */
function asWords(halves: Uint16Array): Uint32Array {
  const padded = new Uint16Array(2 * Math.ceil(halves.length / 2));
  padded.set(halves);
  return new Uint32Array(padded.buffer);
}

/** Some updates of tensors with changing gradients, on the GPU and in TypeScript. */
async function optimizer({ shapes, steps, clipNorm, half = false, lossScale = 1, folds = false, poison }: Updates): Promise<UpdatesReport[]> {
  const { gpu, kernels } = await open();
  const gradientOf = (elements: number, step: number, i: number): Float32Array => {
    const values = noise(elements, 1000 * step + i, 0.1 * lossScale);
    if (poison !== undefined && step === steps && i === 0) values[0] = poison;
    return half && !folds ? fromHalf(toHalf(values)) : values;
  };
  const run = async () => {
    const tensors = shapes.map((shape, i) => {
      const [block] = parameterBlocks({ parameters: [{ name: `tensor ${i}`, shape, trainable: true, group: i % 2 === 0 ? 'encoder' : 'head', half }] });
      const parameter = createBuffer(gpu, block!.name, block!.elements);
      upload(gpu, parameter, noise(block!.elements, i + 1));
      const copy = half ? createBuffer(gpu, `${block!.name}, float16`, Math.ceil(block!.elements / 2)) : null;
      return createTrainedTensor(gpu, block!, parameter, ownBuffer(gpu, `${block!.name}.grad`, block!.elements), copy);
    });
    const optimizer = new GpuOptimizer(gpu, kernels, tensors);
    for (let step = 1; step <= steps; step++) {
      // The sum has a buffer once there was something to add.
      if (folds) await submit(gpu, (encoder) => tensors.forEach(({ gradient }) => gradient.encodeFold(encoder, kernels, 0)));
      tensors.forEach(({ block, gradient }, i) => {
        const values = gradientOf(block.elements, step, i);
        upload(gpu, folds ? gradient.sum(1) : gradient.latest, half && !folds ? asWords(toHalf(values)) : values);
      });
      await submit(gpu, (encoder) => optimizer.encode(encoder, { ...SETTINGS, step, clipNorm }, folds ? 1 : 0, lossScale));
    }
    const values = await readBack(gpu, tensors.flatMap(({ parameter, first, second, block: { elements } }) => [parameter, first, second].map((buffer) => ({ buffer, elements }))));
    const copies = half ? await readBack(gpu, tensors.map(({ copy, block: { elements } }) => ({ buffer: copy!, elements: Math.ceil(elements / 2) }))) : [];
    const wrongCopies = copies.map((copy, i) => toHalf(values[3 * i]!).filter((bits, k) => bits !== new Uint16Array(copy.buffer)[k]).length);
    for (const { parameter, copy, gradient, first, second } of tensors) for (const part of [parameter, copy, gradient, first, second]) part?.destroy();
    optimizer.destroy();
    return { values, wrongCopies };
  };
  const { values: actual, wrongCopies } = await run();
  const { values: again } = await run();

  const expected = shapes.map((shape, i) => ({ parameter: noise(elementCount(shape), i + 1), first: new Float32Array(elementCount(shape)), second: new Float32Array(elementCount(shape)) }));
  for (let step = 1; step <= steps; step++) {
    if (poison !== undefined && step === steps) break;
    const gradients = expected.map(({ parameter }, i) => gradientOf(parameter.length, step, i).map((value) => value / lossScale));
    const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
    expected.forEach(({ parameter, first, second }, i) => {
      const learningRate = i % 2 === 0 ? SETTINGS.learningRate.encoder : SETTINGS.learningRate.head;
      adamw(parameter, gradients[i]!, first, second, {
        gradientScale: clipNorm === null ? 1 : Math.min(1, clipNorm / (norm + 1e-6)),
        beta1: SETTINGS.beta1,
        beta2: SETTINGS.beta2,
        epsilon: SETTINGS.epsilon,
        stepSize: learningRate / (1 - SETTINGS.beta1 ** step),
        secondMomentScale: 1 / Math.sqrt(1 - SETTINGS.beta2 ** step),
        decay: 1 - learningRate * SETTINGS.weightDecay,
      });
    });
  }
  return expected.map(({ parameter, first, second }, i) => ({
    parameters: difference(actual[3 * i]!, parameter),
    first: difference(actual[3 * i + 1]!, first),
    second: difference(actual[3 * i + 2]!, second),
    wrongCopies: wrongCopies[i] ?? 0,
    repeatable: [0, 1, 2].every((k) => difference(actual[3 * i + k]!, again[3 * i + k]!).unequal === 0),
  }));
}

/** The same masks on the GPU and in TypeScript. */
async function dropoutMasks({ batch, tokens, seed, half = false }: { batch: number; tokens: number; seed: number; half?: boolean }): Promise<{ input: string; difference: Difference; dropped: number }[]> {
  const { gpu, kernels } = await open();
  const sites = [
    { input: 'hidden', stream: 'hidden' as const, offset: 0, rate: 0.1, shape: ['batch * tokens', 62] },
    { input: 'hidden, later', stream: 'hidden' as const, offset: 12_346, rate: 0.5, shape: ['batch * tokens', 64] },
    { input: 'attention', stream: 'attention' as const, offset: 54_322, rate: 0.1, shape: ['batch', 3, 'tokens', 'tokens'] },
    { input: 'odd', stream: 'attention' as const, offset: 0, rate: 0.25, shape: ['tokens', 3] },
  ];
  const masks = new DropoutMasks(gpu, kernels, sites.map((site) => ({ ...site, half })));
  const key = { seed, counter: 7 };
  let filled: ReturnType<DropoutMasks['encode']> = [];
  await submit(gpu, inPass((pass) => (filled = masks.encode(pass, key, { batch, tokens }))));
  const read = await readBack(gpu, filled.map(({ buffer, shape }) => ({ buffer, elements: Math.ceil(elementCount(shape) / (half ? 2 : 1)) })));
  const actual = read.map((values, i) => (half ? fromHalf(new Uint16Array(values.buffer, 0, elementCount(filled[i]!.shape))) : values));
  masks.destroy();
  return sites.map(({ input, stream, offset, rate }, i) => {
    const expected = new Float32Array(actual[i]!.length);
    fillDropoutMask(expected, dropoutKey(seed, key.counter, stream), offset, rate);
    return { input, difference: difference(actual[i]!, half ? fromHalf(toHalf(expected)) : expected), dropped: expected.filter((value) => value === 0).length / expected.length };
  });
}

/** Sums of rows over two micro-batches; ids are drawn with a few that occur very often, and rows that never do. */
async function rowSums({ rows, width, occurrences }: { rows: number; width: number; occurrences: number }): Promise<Difference & { absentRowsAreZero: boolean; repeatable: boolean }> {
  const { gpu, kernels } = await open();
  const random = noise(2 * occurrences, 5);
  const batches = [0, 1].map((half) => ({
    ids: Int32Array.from({ length: occurrences }, (_, i) => (i % 3 === 0 ? 0 : Math.floor(Math.abs(random[half * occurrences + i]!) * 1e6) % Math.max(1, rows - 1))),
    values: noise(occurrences * width, 11 + half),
  }));
  const run = async (): Promise<Float32Array> => {
    const gradient = createBuffer(gpu, 'table.grad', rows * width);
    upload(gpu, gradient, new Float32Array(rows * width).fill(9)); // left from the step before
    const table = createBuffer(gpu, 'table', rows * width);
    const tables = new EmbeddingTables(gpu, kernels, tablesOf([rows], width), table);
    const values = createBuffer(gpu, 'embeddings.grad', occurrences * width);
    for (const [i, batch] of batches.entries()) {
      upload(gpu, values, batch.values);
      await submit(gpu, inPass((pass) => tables.encodeGradient(pass, batchOf([batch.ids]), values, gradient, i > 0)));
    }
    const [result] = await readBack(gpu, [{ buffer: gradient, elements: rows * width }]);
    for (const part of [gradient, table, tables, values]) part.destroy();
    return result!;
  };
  const actual = await run();
  const again = await run();
  const exact = new Float64Array(rows * width);
  for (const { ids, values } of batches) ids.forEach((id, i) => { for (let k = 0; k < width; k++) exact[id * width + k]! += values[i * width + k]!; });
  const present = new Set(batches.flatMap(({ ids }) => [...ids]));
  const absentRowsAreZero = actual.every((value, i) => present.has(Math.floor(i / width)) || value === 0);
  return { ...difference(actual, Float32Array.from(exact)), absentRowsAreZero, repeatable: difference(actual, again).unequal === 0 };
}

/** Sums of three tables' rows: elements that are not what TypeScript adds up in the same order. */
async function lookUp({ rows, width, tokens }: { rows: number[]; width: number; tokens: number }): Promise<number> {
  const { gpu, kernels } = await open();
  const block = tablesOf(rows, width);
  const values = noise(block.elements, 31);
  const table = createBuffer(gpu, 'tables', block.elements);
  upload(gpu, table, values);
  const ids = rows.map((count, i) => noise(tokens, 41 + i).reduce((all, value, k) => ((all[k] = Math.floor(Math.abs(value) * 1e6) % count), all), new Int32Array(tokens)));
  const tables = new EmbeddingTables(gpu, kernels, block, table);
  const embeddings = createBuffer(gpu, 'embeddings', tokens * width);
  await submit(gpu, inPass((pass) => tables.encodeLookUp(pass, batchOf(ids), embeddings)));
  const [found] = await readBack(gpu, [{ buffer: embeddings, elements: tokens * width }]);
  for (const part of [table, tables, embeddings]) part.destroy();
  return found!.filter((value, i) => {
    const [token, column] = [Math.floor(i / width), i % width];
    return value !== block.places.reduce((sum, { from }, t) => (t === 0 ? values[from + ids[t]![token]! * width + column]! : Math.fround(sum + values[from + ids[t]![token]! * width + column]!)), 0);
  }).length;
}

/** A gradient over three micro-batches. */
async function accumulated({ elements, half = false }: { elements: number; half?: boolean }): Promise<Difference> {
  const { gpu, kernels } = await open();
  const gradient = new Accumulated(gpu, 'gradient', elements, ownBuffer(gpu, 'gradient', elements), half);
  const expected = new Float32Array(elements);
  for (let i = 0; i < 3; i++) {
    const halves = toHalf(noise(elements, 21 + i));
    const values = half ? fromHalf(halves) : noise(elements, 21 + i);
    upload(gpu, gradient.latest, half ? asWords(halves) : values);
    values.forEach((value, k) => (expected[k] = expected[k]! + value));
    await submit(gpu, (encoder) => gradient.encodeFold(encoder, kernels, i));
  }
  const [total] = await readBack(gpu, [{ buffer: gradient.sum(3), elements }]);
  gradient.destroy();
  return difference(total!, expected);
}

async function adapter(): Promise<{ name: string; software: boolean; limits: Record<string, number> }> {
  const { gpu } = await open();
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = gpu.device.limits;
  return { name: gpu.name, software: gpu.software, limits: { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } };
}

/** What the device says after something it cannot do. */
async function faults(): Promise<{ tooLarge: string; invalid: string; lost: string; afterwards: string }> {
  const message = async (act: () => unknown): Promise<string> => {
    try {
      await act();
      return 'no error';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const gpu = await requestGpu();
  const tooLarge = await message(() => createBuffer(gpu, 'embeddings.word.weight', 2 ** 40));
  const invalid = await message(() => gpu.guard('a strange buffer', () => gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE })));
  gpu.device.destroy(); // behind the back of `gpu`
  await gpu.device.lost;
  const lost = await message(() => gpu.check());
  const afterwards = await message(() => readBack(gpu, [{ buffer: createBuffer(gpu, 'small', 4), elements: 4 }]));
  return { tooLarge, invalid, lost, afterwards };
}

export const kernelChecks = { adapter, optimizer, dropoutMasks, lookUp, rowSums, accumulated, faults };
