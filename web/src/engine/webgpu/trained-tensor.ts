import type { ParameterSpec } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import { createBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { ADD_ELEMENTS } from './kernels/add.ts';
import type { Kernels } from './kernels/index.ts';

/**
 * A number or tensor that the graph writes anew in every micro-batch and that adds up over them. The graph always writes into `latest`;
 * with a second micro-batch there is a `total` too. Most steps have one micro-batch and never pay for the sum.
 */
export class Accumulated {
  readonly latest: GPUBuffer;
  readonly elements: number;
  readonly #gpu: Gpu;
  readonly #label: string;
  #total: GPUBuffer | null = null;

  constructor(gpu: Gpu, label: string, elements: number) {
    this.#gpu = gpu;
    this.#label = label;
    this.elements = elements;
    this.latest = createBuffer(gpu, label, elements);
  }

  /** Encodes moving `latest` out of the way; `folds` counts the micro-batches that did so since the last update. */
  encodeFold(encoder: GPUCommandEncoder, kernels: Kernels, folds: number): void {
    this.#total ??= createBuffer(this.#gpu, `${this.#label}, total`, this.elements);
    if (folds === 0) {
      encoder.copyBufferToBuffer(this.latest, 0, this.#total, 0, this.latest.size);
      return;
    }
    const pass = encoder.beginComputePass();
    kernels.add.dispatch(pass, kernels.add.bind(this.#total, this.latest), Math.ceil(this.elements / ADD_ELEMENTS));
    pass.end();
  }

  /** Where the sum is after `folds` micro-batches were folded. */
  sum(folds: number): GPUBuffer {
    return folds === 0 ? this.latest : this.#total!;
  }

  destroy(): void {
    this.latest.destroy();
    this.#total?.destroy();
  }
}

/** A trained parameter with its gradient and AdamW's moments on the GPU. */
export interface TrainedTensor {
  spec: ParameterSpec;
  elements: number;
  parameter: GPUBuffer;
  gradient: Accumulated;
  first: GPUBuffer;
  second: GPUBuffer;
}

export function createTrainedTensor(gpu: Gpu, spec: ParameterSpec, parameter: GPUBuffer): TrainedTensor {
  const elements = elementCount(spec.shape);
  return {
    spec,
    elements,
    parameter,
    gradient: new Accumulated(gpu, `${spec.name}.grad`, elements),
    first: createBuffer(gpu, `${spec.name}.m`, elements),
    second: createBuffer(gpu, `${spec.name}.v`, elements),
  };
}
