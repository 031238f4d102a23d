import type { Dim, DropoutSite } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import { dropoutKey, dropoutThreshold } from '../../../../wasm-models/nn/dropout-mask.ts';
import { sizeOf } from '../dropout-masks.ts';
import type { DropoutKey } from '../engine.ts';
import { createBuffer, createUniform, GrowingBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { DROPOUT_MASK_ELEMENTS, DROPOUT_MASKS_AT_ONCE } from './kernels/dropout-mask.ts';
import type { Kernels } from './kernels/index.ts';

/** Bytes of a `Site` in the shader, and of a group of them: uniforms begin at multiples of 256 at most. */
const SITE_BYTES = 16;
const GROUP_BYTES = Math.max(256, SITE_BYTES * DROPOUT_MASKS_AT_ONCE);

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
  dtype: 'float16' | 'float32';
  shape: number[];
}

interface Site {
  site: DropoutSite;
  buffer: GrowingBuffer;
}

/** Numbers of 4 bytes that hold a site's mask. */
function roomOf({ half }: DropoutSite, elements: number): number {
  return half ? Math.ceil(elements / 2) : elements;
}

/** Fills the masks of a training graph on the GPU: a buffer a site, several sites a dispatch. */
export class DropoutMasks {
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  /** Sites of a stream have the same length, so that a group of them leaves no thread idle. A group has one type of number. */
  readonly #groups: readonly (readonly Site[])[];
  readonly #uniforms: GPUBuffer;
  /** In the places of masks that a group is short of. */
  readonly #unused: readonly GPUBuffer[];

  constructor(gpu: Gpu, kernels: Kernels, sites: readonly DropoutSite[]) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    const streams = Map.groupBy(sites, ({ stream, half = false }) => `${stream} ${half}`);
    this.#groups = [...streams.values()].flatMap((stream) =>
      Array.from({ length: Math.ceil(stream.length / DROPOUT_MASKS_AT_ONCE) }, (_, group) =>
        stream.slice(group * DROPOUT_MASKS_AT_ONCE, (group + 1) * DROPOUT_MASKS_AT_ONCE).map((site) => ({ site, buffer: new GrowingBuffer(gpu, site.input) })),
      ),
    );
    this.#uniforms = createUniform(gpu, 'dropout sites', Math.max(1, this.#groups.length) * GROUP_BYTES);
    this.#unused = Array.from({ length: DROPOUT_MASKS_AT_ONCE - 1 }, (_, index) => createBuffer(gpu, `no mask ${index}`, 1));
  }

  /** Makes room for masks of batches up to these sizes, so that the buffers stay where they are. */
  reserve(sizes: Sizes): void {
    for (const { site, buffer } of this.#groups.flat()) buffer.fit(roomOf(site, elementCount(concreteShape(site.shape, sizes))));
  }

  /** Encodes the filling of all masks for a batch of these sizes. */
  encode(pass: GPUComputePassEncoder, { seed, counter }: DropoutKey, sizes: Sizes): Mask[] {
    const uniforms = new DataView(new ArrayBuffer(this.#uniforms.size));
    const { dropoutMask, dropoutMaskHalf } = this.#kernels;
    const filled = this.#groups.flatMap((group, index) => {
      const masks = group.map(({ site, buffer }, place): Mask & { length: number } => {
        const shape = concreteShape(site.shape, sizes);
        const length = elementCount(shape);
        const { threshold, scale } = dropoutThreshold(site.rate);
        const at = index * GROUP_BYTES + place * SITE_BYTES;
        uniforms.setUint32(at, (dropoutKey(seed, counter, site.stream) + (site.offset >>> 1)) >>> 0, true);
        uniforms.setUint32(at + 4, length, true);
        uniforms.setUint32(at + 8, threshold, true);
        uniforms.setFloat32(at + 12, scale, true);
        return { input: site.input, buffer: buffer.fit(roomOf(site, length)), dtype: site.half ? 'float16' : 'float32', shape, length };
      });
      const fill = group[0]!.site.half ? dropoutMaskHalf : dropoutMask;
      const bindings = fill.bind(
        ...masks.map(({ buffer }) => buffer),
        ...this.#unused.slice(0, DROPOUT_MASKS_AT_ONCE - masks.length),
        { buffer: this.#uniforms, offset: index * GROUP_BYTES, size: SITE_BYTES * DROPOUT_MASKS_AT_ONCE },
      );
      fill.dispatch(pass, bindings, Math.ceil(Math.max(...masks.map(({ length }) => length)) / DROPOUT_MASK_ELEMENTS), masks.length);
      return masks.map(({ input, buffer, dtype, shape }) => ({ input, buffer, dtype, shape }));
    });
    this.#gpu.device.queue.writeBuffer(this.#uniforms, 0, uniforms.buffer);
    return filled;
  }

  /** Gives the masks up; the next pass makes them anew. */
  empty(): void {
    for (const { buffer } of this.#groups.flat()) buffer.destroy();
  }

  destroy(): void {
    this.empty();
    this.#uniforms.destroy();
    for (const buffer of this.#unused) buffer.destroy();
  }
}
