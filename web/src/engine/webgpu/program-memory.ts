import { createBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';

/** Buffers for what programs need on their way. Programs run one after the other, so all of a session share them. */
export class ProgramMemory {
  readonly #gpu: Gpu;
  readonly #buffers: (GPUBuffer | null)[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A buffer for each size in bytes. Smaller ones of former programs are replaced. */
  fit(sizes: readonly number[]): GPUBuffer[] {
    const places = sizes.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]!);
    places.forEach((place, rank) => {
      const present = this.#buffers[rank];
      if (present && present.size >= sizes[place]!) return;
      present?.destroy();
      this.#buffers[rank] = null;
      this.#buffers[rank] = createBuffer(this.#gpu, 'intermediate results', sizes[place]! / 4);
    });
    return sizes.map((_, index) => this.#buffers[places.indexOf(index)]!);
  }

  destroy(): void {
    for (const buffer of this.#buffers.splice(0)) buffer?.destroy();
  }
}
