import { createBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { ADD_ELEMENTS } from './kernels/add.ts';
import type { Kernels } from './kernels/index.ts';
import type { LastingBuffer } from './lasting-buffers.ts';
import type { ParameterBlock } from './parameters.ts';

/**
 * A number or tensor that the graph writes anew in every micro-batch and that adds up over them. The graph always writes into `latest`;
 * with a second micro-batch there is a `total` too. Most steps have one micro-batch and never pay for the sum.
 */
export class Accumulated {
  readonly elements: number;
  readonly #gpu: Gpu;
  readonly #label: string;
  readonly #latest: LastingBuffer;
  #total: GPUBuffer | null = null;

  constructor(gpu: Gpu, label: string, elements: number, latest: LastingBuffer) {
    this.#gpu = gpu;
    this.#label = label;
    this.elements = elements;
    this.#latest = latest;
  }

  get latest(): GPUBuffer {
    return this.#latest.buffer;
  }

  /** Encodes moving `latest` out of the way; `folds` counts the micro-batches that did so since the last update. */
  encodeFold(encoder: GPUCommandEncoder, kernels: Kernels, folds: number): void {
    this.#total ??= createBuffer(this.#gpu, `${this.#label}, total`, this.elements);
    if (folds === 0) {
      encoder.copyBufferToBuffer(this.latest, 0, this.#total, 0, this.#total.size);
      return;
    }
    const pass = encoder.beginComputePass();
    kernels.add.dispatch(pass, kernels.add.bind(this.#total, { buffer: this.latest, size: this.#total.size }), Math.ceil(this.elements / ADD_ELEMENTS));
    pass.end();
  }

  /** Where the sum is after `folds` micro-batches were folded. */
  sum(folds: number): GPUBuffer {
    return folds === 0 ? this.latest : this.#total!;
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
  gradient: Accumulated;
  first: GPUBuffer;
  second: GPUBuffer;
}

export function createTrainedTensor(gpu: Gpu, block: ParameterBlock, parameter: GPUBuffer, gradient: LastingBuffer): TrainedTensor {
  return {
    block,
    parameter,
    gradient: new Accumulated(gpu, `${block.name}.grad`, block.elements, gradient),
    first: createBuffer(gpu, `${block.name}.m`, block.elements),
    second: createBuffer(gpu, `${block.name}.v`, block.elements),
  };
}
