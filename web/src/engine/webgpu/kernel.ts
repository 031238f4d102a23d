import type { Gpu } from './device.ts';
import { DeviceFault } from './fault.ts';

/** Threads of a workgroup in every kernel. */
export const THREADS = 256;

export interface KernelSource {
  name: string;
  /** WGSL with an entry point `main` and bindings 0, 1, 2 … in group 0. */
  code: string;
}

/**
 * Number of the present thread. Workgroups lie in two dimensions because one holds 65,535 at most;
 * the last row may reach beyond the end, so every kernel compares with its length.
 */
export const THREAD_INDEX = /* wgsl */ `
fn thread_index(group: vec3u, groups: vec3u, local: u32) -> u32 {
  return (group.y * groups.x + group.x) * ${THREADS}u + local;
}`;

/** Workgroups as a grid of at most `limit` a side. */
export function grid(workgroups: number, limit: number): [x: number, y: number] {
  const rows = Math.ceil(workgroups / limit);
  if (rows > limit) throw new RangeError(`${workgroups} workgroups do not fit a grid of ${limit} × ${limit}.`);
  return [Math.ceil(workgroups / Math.max(rows, 1)), rows];
}

/** A compiled shader. */
export class Kernel {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;

  private constructor(device: GPUDevice, pipeline: GPUComputePipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  /** @throws DeviceFault with the compiler's message. */
  static async compile(gpu: Gpu, { name, code }: KernelSource): Promise<Kernel> {
    const { device } = gpu;
    const module = device.createShaderModule({ label: name, code });
    try {
      return new Kernel(device, await device.createComputePipelineAsync({ label: name, layout: 'auto', compute: { module, entryPoint: 'main' } }));
    } catch (error) {
      throw DeviceFault.refusedShader(name, (error as Error).message);
    }
  }

  /** Resources in the order of the shader's bindings. */
  bind(...resources: (GPUBuffer | GPUBufferBinding)[]): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: resources.map((resource, binding) => ({ binding, resource: resource instanceof GPUBuffer ? { buffer: resource } : resource })),
    });
  }

  /** @param layers how often in the third dimension */
  dispatch(pass: GPUComputePassEncoder, bindings: GPUBindGroup, workgroups: number, layers = 1): void {
    if (workgroups === 0) return;
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(...grid(workgroups, this.#device.limits.maxComputeWorkgroupsPerDimension), layers);
  }
}
