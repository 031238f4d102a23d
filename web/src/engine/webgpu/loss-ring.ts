import { createBuffer, readBack } from './buffers.ts';
import type { Gpu } from './device.ts';

const CAPACITY = 1024;

/** Losses wait on the GPU until someone asks, so that no step waits for the one before it. */
export class LossRing {
  readonly #gpu: Gpu;
  readonly #buffer: GPUBuffer;
  #waiting = 0;
  #read: number[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#buffer = createBuffer(gpu, 'losses', CAPACITY);
  }

  /** Makes room for one more loss; reads the ring in the rare case that nobody has for 1,024 steps. */
  async reserve(): Promise<void> {
    if (this.#waiting === CAPACITY) await this.#drain();
  }

  /** Encodes keeping the scalar in `loss`. */
  encode(encoder: GPUCommandEncoder, loss: GPUBuffer): void {
    encoder.copyBufferToBuffer(loss, 0, this.#buffer, 4 * this.#waiting, 4);
    this.#waiting++;
  }

  /** All losses since the last call, oldest first. */
  async take(): Promise<number[]> {
    await this.#drain();
    const losses = this.#read;
    this.#read = [];
    return losses;
  }

  async #drain(): Promise<void> {
    const count = this.#waiting;
    if (count === 0) return;
    const [losses] = await readBack(this.#gpu, [{ buffer: this.#buffer, elements: count }]);
    this.#read.push(...losses!);
    this.#waiting = 0;
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}
