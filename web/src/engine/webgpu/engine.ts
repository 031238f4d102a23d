import type { Engine } from '../engine.ts';
import { HostHeadSession } from '../head-session.ts';
import { openProducts, type ProductRuntime } from '../products.ts';
import { CompiledShaders } from './compiled-shaders.ts';
import { requestGpu } from './device.ts';
import type { Gpu } from './device.ts';
import { compileKernels } from './kernels/index.ts';
import { LastingBuffers } from './lasting-buffers.ts';
import type { PassOptions } from './passes.ts';
import { programsFor } from './programs-for.ts';
import { loadWebGpuRuntime, type WebGpuRuntime } from './runtime.ts';
import { WebGpuSession } from './session.ts';

/** Padded lengths: each is a graph of its own, and texts of any length are padded by a quarter at most on average. */
const LENGTHS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

export interface WebGpuOptions extends PassOptions {
  /** For tests: what browsers without JSPI get can be tried in one that has it. */
  jspi?: boolean | undefined;
}

/** An engine on this browser's GPU. @throws DeviceFault where there is none. */
export async function openWebGpuEngine(gpu?: Gpu, { jspi, ...options }: WebGpuOptions = {}): Promise<Engine> {
  const device = gpu ?? (await requestGpu());
  const [runtime, kernels] = await Promise.all([loadWebGpuRuntime(jspi), compileKernels(device)]);
  const lasting = await LastingBuffers.open(device, runtime);
  const setup = { gpu: device, runtime, kernels, shaders: new CompiledShaders(device), lasting };
  return {
    kind: 'webgpu',
    name: device.name,
    usesPrograms: (manifest) => programsFor(setup, manifest, options.programs) !== null,
    halfPrecision: device.device.features.has('shader-f16'),
    padding: { lengths: LENGTHS },
    open: (graphs, parameters, largest) => WebGpuSession.open(setup, graphs, parameters, { ...options, largest: largest && { batch: largest.size, tokens: largest.tokens } }),
    openHead: (graphs, parameters) => new HostHeadSession(hostRuntime(runtime), graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(productRuntime(device, runtime), 'webgpu', rows, dimensions),
    async dispose() {
      await lasting.close();
      device.destroy();
    },
  };
}

/** Vectors come from the program's memory and results go back there. */
function productRuntime({ device }: Gpu, { ort }: WebGpuRuntime): ProductRuntime {
  return {
    createSession: (model) => ort.InferenceSession.create(model, { executionProviders: [{ name: 'webgpu', device }], logSeverityLevel: 3 }),
    float32: (data, dims) => new ort.Tensor('float32', data, dims),
    bindsOutputs: false,
  };
}

/** The CPU provider, which is part of the same build. */
function hostRuntime({ ort }: WebGpuRuntime): ProductRuntime {
  return {
    createSession: (model) => ort.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 }),
    float32: (data, dims) => new ort.Tensor('float32', data, dims),
    bindsOutputs: false,
  };
}
