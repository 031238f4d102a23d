import { createBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { ADD_ELEMENTS } from './kernels/add.ts';
import type { Kernels } from './kernels/index.ts';
import type { LastingBuffer } from './lasting-buffers.ts';
import type { ParameterBlock } from './parameters.ts';

/**
 * A number or tensor that the graph writes anew in every micro-batch and that adds up over them. The graph always writes into `latest`;
 * with a second micro-batch there is a `total` too, float32 in any case. Most steps have one micro-batch and never pay for the sum.
 */
export class Accumulated {
  readonly elements: number;
  readonly #gpu: Gpu;
  readonly #label: string;
  readonly #latest: LastingBuffer;
  readonly #half: boolean;
  #total: GPUBuffer | null = null;

  constructor(gpu: Gpu, label: string, elements: number, latest: LastingBuffer, half = false) {
    this.#gpu = gpu;
    this.#label = label;
    this.elements = elements;
    this.#latest = latest;
    this.#half = half;
  }

  get latest(): GPUBuffer {
    return this.#latest.buffer;
  }

  /** Encodes moving `latest` out of the way; `folds` counts the micro-batches that did so since the last update. */
  encodeFold(encoder: GPUCommandEncoder, kernels: Kernels, folds: number): void {
    this.#total ??= createBuffer(this.#gpu, `${this.#label}, total`, this.elements);
    const { size } = this.#total;
    if (folds === 0 && !this.#half) {
      encoder.copyBufferToBuffer(this.latest, 0, this.#total, 0, size);
      return;
    }
    if (folds === 0) encoder.clearBuffer(this.#total);
    const pass = encoder.beginComputePass();
    const [add, addend] = this.#half ? [kernels.addHalf, { buffer: this.latest, size: size / 2 }] : [kernels.add, { buffer: this.latest, size }];
    add.dispatch(pass, add.bind(this.#total, addend), Math.ceil(this.elements / ADD_ELEMENTS));
    pass.end();
  }

  /** Where the sum is after `folds` micro-batches were folded. */
  sum(folds: number): GPUBuffer {
    return folds === 0 ? this.latest : this.#total!;
  }

  /** Whether that sum is in float16. */
  isHalf(folds: number): boolean {
    return this.#half && folds === 0;
  }

  destroy(): void {
    this.#latest.release();
    this.#total?.destroy();
  }
}

/** A block of trained parameters with its gradient and AdamW's moments on the GPU. */
export interface TrainedTensor {
  block: ParameterBlock;
  parameter: GPUBuffer;
  /** What the training graph reads in its place, in float16; null where it reads the parameter itself. */
  copy: GPUBuffer | null;
  gradient: Accumulated;
  first: GPUBuffer;
  second: GPUBuffer;
}

export function createTrainedTensor(gpu: Gpu, block: ParameterBlock, parameter: GPUBuffer, gradient: LastingBuffer, copy: GPUBuffer | null = null): TrainedTensor {
  return {
    block,
    parameter,
    copy,
    gradient: new Accumulated(gpu, `${block.name}.grad`, block.elements, gradient, copy !== null),
    first: createBuffer(gpu, `${block.name}.m`, block.elements),
    second: createBuffer(gpu, `${block.name}.v`, block.elements),
  };
}
