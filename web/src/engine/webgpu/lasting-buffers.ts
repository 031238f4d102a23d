import type { InferenceSession } from 'onnxruntime-web/webgpu';
import { buildBuffer } from '../../../../wasm-models/index.ts';
import { createBuffer, paddedSize } from './buffers.ts';
import type { Gpu } from './device.ts';
import type { WebGpuRuntime } from './runtime.ts';

/** A zeroed buffer for what a training graph writes. */
export interface LastingBuffer {
  readonly buffer: GPUBuffer;
  /** Gives it back to whoever made it. */
  release(): void;
}

/** Makes such buffers. */
export interface BufferMaker {
  /** @throws DeviceFault where the device has no room for `elements` numbers of 4 bytes */
  make(label: string, elements: number): Promise<LastingBuffer>;
}

/** Those that shaders of our own write. */
export function ownBuffers(gpu: Gpu): BufferMaker {
  return {
    async make(label, elements) {
      const buffer = await gpu.guard(label, () => createBuffer(gpu, label, elements));
      return { buffer, release: () => buffer.destroy() };
    },
  };
}

/**
 * Makes buffers of the runtime's own, which a recorded graph can write its results to. ONNX Runtime 1.30 forgets a buffer of ours after each run, and when a recorded
 * graph runs again it looks for the one it forgot; a buffer that it has made itself it knows for as long as the tensor lives.
 * The session that makes them has a second use while it is open: with the last session of a device all compiled shaders are dropped, and
 * the next one compiles them again, which takes seconds.
 */
export class LastingBuffers implements BufferMaker {
  readonly #gpu: Gpu;
  readonly #runtime: WebGpuRuntime;
  readonly #session: InferenceSession;

  private constructor(gpu: Gpu, runtime: WebGpuRuntime, session: InferenceSession) {
    this.#gpu = gpu;
    this.#runtime = runtime;
    this.#session = session;
  }

  /** The first session of a device: how its buffers are kept for later holds for those that follow. */
  static async open(gpu: Gpu, runtime: WebGpuRuntime): Promise<LastingBuffers> {
    const session = await runtime.ort.InferenceSession.create(buildBuffer(), {
      // Buffers of just the size that is asked for, kept for the next of that size. The default rounds up, by three quarters at worst.
      executionProviders: [{ name: 'webgpu', device: gpu.device, storageBufferCacheMode: 'simple' }],
      preferredOutputLocation: 'gpu-buffer',
      logSeverityLevel: 3,
    });
    return new LastingBuffers(gpu, runtime, session);
  }

  async make(label: string, elements: number): Promise<LastingBuffer> {
    const { Tensor } = this.#runtime.ort;
    const size = BigInt(paddedSize(this.#gpu, label, elements) / 4);
    const { buffer: tensor } = await this.#session.run({ zero: new Tensor('float32', [0], [1]), size: new Tensor('int64', [size], [1]) });
    this.#gpu.check();
    const buffer = tensor!.gpuBuffer as GPUBuffer;
    buffer.label = label;
    return { buffer, release: () => tensor!.dispose() };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
