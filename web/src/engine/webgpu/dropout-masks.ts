import type { Dim, DropoutSite } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import { dropoutKey, dropoutThreshold } from '../../../../wasm-models/nn/dropout-mask.ts';
import { sizeOf } from '../dropout-masks.ts';
import type { DropoutKey } from '../engine.ts';
import { createUniform, GrowingBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { DROPOUT_MASK_ELEMENTS } from './kernels/dropout-mask.ts';
import type { Kernels } from './kernels/index.ts';

/** Distance of two uniforms in one buffer: no device asks for more. */
const STRIDE = 256;

export interface Sizes {
  batch: number;
  tokens: number;
}

/** A shape with the sizes of a batch in place of their names. */
export function concreteShape(shape: readonly Dim[], { batch, tokens }: Sizes): number[] {
  return shape.map((dim) => sizeOf([dim], { batch, tokens }));
}

export interface Mask {
  input: string;
  buffer: GPUBuffer;
  shape: number[];
}

/** Fills the masks of a training graph on the GPU, a buffer a site. */
export class DropoutMasks {
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #sites: readonly { site: DropoutSite; buffer: GrowingBuffer }[];
  readonly #uniforms: GPUBuffer;

  constructor(gpu: Gpu, kernels: Kernels, sites: readonly DropoutSite[]) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.#sites = sites.map((site) => ({ site, buffer: new GrowingBuffer(gpu, site.input) }));
    this.#uniforms = createUniform(gpu, 'dropout sites', Math.max(1, sites.length) * STRIDE);
  }

  /** Encodes the filling of all masks for a batch of these sizes. */
  encode(pass: GPUComputePassEncoder, { seed, counter }: DropoutKey, sizes: Sizes): Mask[] {
    const uniforms = new DataView(new ArrayBuffer(this.#uniforms.size));
    const masks = this.#sites.map(({ site, buffer }, index): Mask => {
      const shape = concreteShape(site.shape, sizes);
      const length = elementCount(shape);
      const { threshold, scale } = dropoutThreshold(site.rate);
      const at = index * STRIDE;
      uniforms.setUint32(at, (dropoutKey(seed, counter, site.stream) + (site.offset >>> 1)) >>> 0, true);
      uniforms.setUint32(at + 4, length, true);
      uniforms.setUint32(at + 8, threshold, true);
      uniforms.setFloat32(at + 12, scale, true);
      const mask = buffer.fit(length);
      const bindings = this.#kernels.dropoutMask.bind(mask, { buffer: this.#uniforms, offset: at, size: 16 });
      this.#kernels.dropoutMask.dispatch(pass, bindings, Math.ceil(length / DROPOUT_MASK_ELEMENTS));
      return { input: site.input, buffer: mask, shape };
    });
    this.#gpu.device.queue.writeBuffer(this.#uniforms, 0, uniforms.buffer);
    return masks;
  }

  destroy(): void {
    this.#uniforms.destroy();
    for (const { buffer } of this.#sites) buffer.destroy();
  }
}
