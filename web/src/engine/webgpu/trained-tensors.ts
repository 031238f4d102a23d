import type { Moments } from '../engine.ts';
import type { Gpu } from './device.ts';
import type { GpuTensor } from './graph-session.ts';
import type { Kernels } from './kernels/index.ts';
import type { BufferMaker, LastingBuffer } from './lasting-buffers.ts';
import { readPlaces, TABLES, writePlace, type GpuParameters, type ParameterBlock } from './parameters.ts';
import { createTrainedTensor, type TrainedTensor } from './trained-tensor.ts';

/** All that is trained of a model: blocks of parameters with their gradients and moments. */
export class TrainedTensors {
  readonly all: readonly TrainedTensor[];
  /** The embedding tables, where they are trained: their gradient is summed by row beside the graph. */
  readonly tables: TrainedTensor | undefined;
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;

  /** @param gradients a buffer for each trained block, by name; see `makeGradients` */
  constructor(gpu: Gpu, kernels: Kernels, parameters: GpuParameters, gradients: ReadonlyMap<string, LastingBuffer>) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.all = parameters.blocks.filter(({ trainable }) => trainable).map((block) => createTrainedTensor(gpu, block, parameters.buffer(block), gradients.get(block.name)!, parameters.copy(block)));
    this.tables = this.all.find(({ block }) => block.name === TABLES);
  }

  /** Buffers for the gradients that graphs and the sums by row write. */
  static async makeGradients(lasting: BufferMaker, blocks: readonly ParameterBlock[]): Promise<Map<string, LastingBuffer>> {
    const gradients = new Map<string, LastingBuffer>();
    for (const { name, elements, trainable, half } of blocks) if (trainable) gradients.set(name, await lasting.make(`${name}.grad`, half ? Math.ceil(elements / 2) : elements));
    return gradients;
  }

  /** What a training graph writes, by the names of its outputs. */
  results(): Map<string, GpuTensor> {
    return new Map(this.#inGraph().map(({ block, gradient }) => [`${block.name}.grad`, { buffer: gradient.latest, dtype: block.half ? 'float16' : 'float32', shape: block.places[0]!.spec.shape }]));
  }

  /** Encodes moving the gradients of the latest micro-batch out of the way; see `Accumulated`. */
  encodeFold(encoder: GPUCommandEncoder, folds: number): void {
    for (const { gradient } of this.#inGraph()) gradient.encodeFold(encoder, this.#kernels, folds);
  }

  /** Gradients by parameter name, sums over `folds` micro-batches, divided by `lossScale`. */
  async readGradients(folds: number, lossScale: number): Promise<Map<string, Float32Array>> {
    const places = this.all.map(({ block, gradient }) => ({ block, buffer: block.name === TABLES ? gradient.latest : gradient.sum(folds), half: gradient.isHalf(folds) }));
    const gradients = await readPlaces(this.#gpu, places);
    return new Map([...gradients].map(([name, gradient]) => [name, gradient.map((value) => value / lossScale)]));
  }

  async readMoments(): Promise<Moments> {
    const read = (which: 'first' | 'second'): Promise<Map<string, Float32Array>> => readPlaces(this.#gpu, this.all.map((tensor) => ({ block: tensor.block, buffer: tensor[which] })));
    return { first: await read('first'), second: await read('second') };
  }

  /** @throws Error where a moment belongs to nothing that is trained */
  writeMoments(moments: Moments): void {
    const places = new Map(this.all.flatMap((tensor) => tensor.block.places.map((place) => [place.spec.name, { tensor, place }])));
    for (const which of ['first', 'second'] as const) {
      for (const [name, values] of moments[which]) {
        const known = places.get(name);
        if (!known) throw new Error(`${name} is not trained here, so it has no moments.`);
        writePlace(this.#gpu, known.tensor[which], known.place, values);
      }
    }
  }

  /** The tables' gradients add up where they are summed by row. */
  #inGraph(): readonly TrainedTensor[] {
    return this.all.filter(({ block }) => block.name !== TABLES);
  }

  destroy(): void {
    for (const { gradient, first, second } of this.all) for (const part of [gradient, first, second]) part.destroy();
  }
}
