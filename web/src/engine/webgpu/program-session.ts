import type { Binding, Program } from '../../../../wasm-models/wgsl/program.ts';
import type { CompiledShaders } from './compiled-shaders.ts';
import type { Gpu } from './device.ts';
import type { GpuTensor } from './graph-session.ts';
import type { Kernel } from './kernel.ts';
import type { ProgramMemory } from './program-memory.ts';

/** A program on a GPU, its inputs and outputs in buffers that are given with each run. */
export class ProgramSession {
  readonly #gpu: Gpu;
  readonly #program: Program;
  readonly #kernels: readonly Kernel[];
  readonly #memory: ProgramMemory;
  /** Buffers of the last run by the names of inputs and outputs, and what was bound to them. */
  #bound: { named: ReadonlyMap<string, GPUBuffer>; slots: readonly GPUBuffer[]; groups: readonly GPUBindGroup[] } | null = null;

  private constructor(gpu: Gpu, program: Program, kernels: readonly Kernel[], memory: ProgramMemory) {
    this.#gpu = gpu;
    this.#program = program;
    this.#kernels = kernels;
    this.#memory = memory;
  }

  static async create(gpu: Gpu, shaders: CompiledShaders, memory: ProgramMemory, program: Program): Promise<ProgramSession> {
    return new ProgramSession(gpu, program, await Promise.all(program.kernels.map((kernel) => shaders.get(kernel))), memory);
  }

  /** Runs and leaves each result in the buffer given for it. Resolves when the device has taken the work. */
  async run(feeds: ReadonlyMap<string, GpuTensor>, results: ReadonlyMap<string, GpuTensor>): Promise<void> {
    this.#gpu.check();
    const groups = this.#bind(new Map([...feeds, ...results].map(([name, { buffer }]) => [name, buffer])));
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass({ label: 'forward and backward' });
    this.#program.kernels.forEach(({ workgroups }, index) => this.#kernels[index]!.dispatch(pass, groups[index]!, workgroups));
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.#gpu.check();
  }

  #bind(named: ReadonlyMap<string, GPUBuffer>): readonly GPUBindGroup[] {
    const slots = this.#memory.fit(this.#program.slots);
    const known = this.#bound;
    if (known && slots.every((slot, index) => slot === known.slots[index]) && [...known.named].every(([name, buffer]) => named.get(name) === buffer)) return known.groups;
    const bufferOf = (binding: Binding): GPUBuffer => {
      if ('slot' in binding) return slots[binding.slot]!;
      const buffer = named.get(binding.name);
      if (!buffer) throw new Error(`The graph asks for "${binding.name}", which neither the manifest nor the batch has.`);
      return buffer;
    };
    const groups = this.#program.kernels.map(({ bindings }, index) => this.#kernels[index]!.bind(...bindings.map((binding) => ({ buffer: bufferOf(binding), size: binding.bytes }))));
    this.#bound = { named, slots, groups };
    return groups;
  }

  async release(): Promise<void> {
    this.#bound = null;
  }
}
