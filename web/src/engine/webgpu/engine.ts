import type { Engine } from '../engine.ts';
import { Anchor } from './anchor.ts';
import { requestGpu } from './device.ts';
import type { Gpu } from './device.ts';
import { compileKernels } from './kernels/index.ts';
import { loadWebGpuRuntime } from './runtime.ts';
import { WebGpuSession } from './session.ts';
import type { WebGpuSessionOptions } from './session.ts';

/** An engine on this browser's GPU. @throws DeviceFault where there is none. */
export async function openWebGpuEngine(gpu?: Gpu, { jspi, ...options }: WebGpuSessionOptions & { jspi?: boolean } = {}): Promise<Engine> {
  const device = gpu ?? (await requestGpu());
  const [runtime, kernels] = await Promise.all([loadWebGpuRuntime(jspi), compileKernels(device)]);
  const anchor = new Anchor();
  return {
    kind: 'webgpu',
    name: device.name,
    padding: { multipleOf: 8 },
    open: (graphs, parameters) => WebGpuSession.open({ gpu: device, runtime, kernels, anchor }, graphs, parameters, options),
    async dispose() {
      await anchor.release();
      device.destroy();
    },
  };
}
