import type { Engine } from '../engine.ts';
import { HostHeadSession } from '../head-session.ts';
import { openProducts, type ProductRuntime } from '../products.ts';
import { Anchor } from './anchor.ts';
import { requestGpu } from './device.ts';
import type { Gpu } from './device.ts';
import { compileKernels } from './kernels/index.ts';
import { loadWebGpuRuntime, type WebGpuRuntime } from './runtime.ts';
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
    openHead: (graphs, parameters) => new HostHeadSession(hostRuntime(runtime), graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(productRuntime(device, runtime), rows, dimensions),
    async dispose() {
      await anchor.release();
      device.destroy();
    },
  };
}

/** Vectors come from the program's memory and results go back there. */
function productRuntime({ device }: Gpu, { ort }: WebGpuRuntime): ProductRuntime {
  return {
    createSession: (model) => ort.InferenceSession.create(model, { executionProviders: [{ name: 'webgpu', device }], logSeverityLevel: 3 }),
    float32: (data, dims) => new ort.Tensor('float32', data, dims),
  };
}

/** The CPU provider, which is part of the same build. */
function hostRuntime({ ort }: WebGpuRuntime): ProductRuntime {
  return {
    createSession: (model) => ort.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 }),
    float32: (data, dims) => new ort.Tensor('float32', data, dims),
  };
}
