import type { Gpu } from './device.ts';
import { DeviceFault } from './fault.ts';

type Data = Float32Array<ArrayBufferLike> | Int32Array<ArrayBufferLike> | Uint32Array<ArrayBufferLike>;

const BYTES = 4;

const padded = (elements: number): number => Math.max(16, Math.ceil((elements * BYTES) / 16) * 16);

/**
 * Bytes of a buffer for `elements` numbers of 4 bytes. Kernels read and write whole `vec4`s: it is rounded up to 16, and what lies beyond the tensor stays 0.
 * @throws DeviceFault where the device has no buffer as large
 */
export function paddedSize(gpu: Gpu, label: string, elements: number): number {
  const size = padded(elements);
  const limit = Math.min(gpu.device.limits.maxBufferSize, gpu.device.limits.maxStorageBufferBindingSize);
  if (size > limit) throw DeviceFault.tooLarge(label, size, limit);
  return size;
}

/** A zeroed buffer for `elements` numbers of 4 bytes that shaders can use and copies can reach. */
export function createBuffer(gpu: Gpu, label: string, elements: number): GPUBuffer {
  const size = paddedSize(gpu, label, elements);
  return gpu.device.createBuffer({ label, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
}

export function createUniform(gpu: Gpu, label: string, bytes: number): GPUBuffer {
  return gpu.device.createBuffer({ label, size: bytes, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
}

/** Writes `data` into the buffer, from its element `from` on. */
export function upload(gpu: Gpu, buffer: GPUBuffer, data: Data, from = 0): void {
  gpu.device.queue.writeBuffer(buffer, from * BYTES, data as Data & { buffer: ArrayBuffer });
}

/** A buffer that is replaced by a larger one when something does not fit; its contents do not survive that. */
export class GrowingBuffer {
  readonly #gpu: Gpu;
  readonly #label: string;
  #buffer: GPUBuffer | null = null;

  constructor(gpu: Gpu, label: string) {
    this.#gpu = gpu;
    this.#label = label;
  }

  /** The buffer, with room for `elements` numbers of 4 bytes. */
  fit(elements: number): GPUBuffer {
    if (!this.#buffer || this.#buffer.size < padded(elements)) {
      this.destroy();
      this.#buffer = createBuffer(this.#gpu, this.#label, elements);
    }
    return this.#buffer;
  }

  /** The buffer, holding `data` from its start. */
  hold(data: Data): GPUBuffer {
    const buffer = this.fit(data.length);
    upload(this.#gpu, buffer, data);
    return buffer;
  }

  destroy(): void {
    this.#buffer?.destroy();
    this.#buffer = null;
  }
}

/** Copies of `elements` float32 numbers of each buffer, from its element `from` on, the first unless told. Waits for the device. */
export async function readBack(gpu: Gpu, wanted: readonly { buffer: GPUBuffer; from?: number; elements: number }[]): Promise<Float32Array[]> {
  const { device } = gpu;
  const results: Float32Array[] = [];
  for (const group of inGroups(wanted)) {
    const total = group.reduce((sum, { elements }) => sum + elements * BYTES, 0);
    if (total === 0) {
      results.push(...group.map(() => new Float32Array(0)));
      continue;
    }
    const staging = await gpu.guard('reading results back', () => device.createBuffer({ size: total, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ }));
    const encoder = device.createCommandEncoder();
    let offset = 0;
    for (const { buffer, from = 0, elements } of group) {
      encoder.copyBufferToBuffer(buffer, from * BYTES, staging, offset, elements * BYTES);
      offset += elements * BYTES;
    }
    device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      gpu.check();
      throw error;
    }
    const mapped = staging.getMappedRange();
    offset = 0;
    for (const { elements } of group) {
      results.push(new Float32Array(mapped.slice(offset, offset + elements * BYTES)));
      offset += elements * BYTES;
    }
    staging.destroy();
  }
  gpu.check();
  return results;
}

/** One wait for each 64 MiB instead of one for each tensor, and never a staging buffer as large as the model. */
function inGroups<T extends { elements: number }>(wanted: readonly T[]): T[][] {
  const groups: T[][] = [];
  let bytes = Infinity;
  for (const one of wanted) {
    bytes += one.elements * BYTES;
    if (bytes > 2 ** 26) {
      groups.push([]);
      bytes = one.elements * BYTES;
    }
    groups.at(-1)!.push(one);
  }
  return groups;
}
