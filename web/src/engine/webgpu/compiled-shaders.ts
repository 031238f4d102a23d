import type { ProgramKernel } from '../../../../wasm-models/wgsl/program.ts';
import type { Gpu } from './device.ts';
import { Kernel } from './kernel.ts';

/** Shaders by their code, compiled once for a device. */
export class CompiledShaders {
  readonly #gpu: Gpu;
  readonly #kernels = new Map<string, Promise<Kernel>>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  get({ kind, code }: Pick<ProgramKernel, 'kind' | 'code'>): Promise<Kernel> {
    let kernel = this.#kernels.get(code);
    if (!kernel) {
      this.#kernels.set(code, (kernel = Kernel.compile(this.#gpu, { name: kind, code })));
      // Whoever asked is told; the next one may have more luck.
      kernel.catch(() => this.#kernels.delete(code));
    }
    return kernel;
  }
}
