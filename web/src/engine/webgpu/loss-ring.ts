import type { LeftOut } from '../engine.ts';
import { createBuffer, readBack } from './buffers.ts';
import type { Gpu } from './device.ts';

const CAPACITY = 1024;

/** A loss and what its update's gradients were multiplied by, beside each other. */
const FIELDS = 2;

/** Losses wait on the GPU until someone asks, so that no step waits for the one before it. */
export class LossRing {
  readonly #gpu: Gpu;
  readonly #buffer: GPUBuffer;
  /** Loss scales of the losses that wait. */
  #waiting: number[] = [];
  #read: number[] = [];
  #leftOut = { updates: 0, inARow: 0 };

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#buffer = createBuffer(gpu, 'losses', CAPACITY * FIELDS);
  }

  /** Makes room for one more loss; reads the ring in the rare case that nobody has for 1,024 steps. */
  async reserve(): Promise<void> {
    if (this.#waiting.length === CAPACITY) await this.#drain();
  }

  /** Encodes keeping the scalar in `loss`, `lossScale` times the true one, and the factor of its update's gradients. */
  encode(encoder: GPUCommandEncoder, loss: GPUBuffer, lossScale: number, gradientScale: GPUBuffer): void {
    const at = 4 * FIELDS * this.#waiting.length;
    encoder.copyBufferToBuffer(loss, 0, this.#buffer, at, 4);
    encoder.copyBufferToBuffer(gradientScale, 0, this.#buffer, at + 4, 4);
    this.#waiting.push(lossScale);
  }

  /** Of the losses taken so far, those whose update was left out. */
  get leftOut(): LeftOut {
    return this.#leftOut;
  }

  /** All losses since the last call, oldest first. */
  async take(): Promise<number[]> {
    await this.#drain();
    const losses = this.#read;
    this.#read = [];
    return losses;
  }

  async #drain(): Promise<void> {
    const scales = this.#waiting;
    if (scales.length === 0) return;
    const [entries] = await readBack(this.#gpu, [{ buffer: this.#buffer, elements: FIELDS * scales.length }]);
    scales.forEach((scale, i) => {
      this.#read.push(entries![FIELDS * i]! / scale);
      const { updates, inARow } = this.#leftOut;
      this.#leftOut = entries![FIELDS * i + 1] === 0 ? { updates: updates + 1, inARow: inARow + 1 } : { updates, inARow: 0 };
    });
    this.#waiting = [];
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}
