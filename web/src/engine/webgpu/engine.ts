import type { ProgramOptions } from '../../../../wasm-models/wgsl/program.ts';
import type { Engine } from '../engine.ts';
import { HostHeadSession } from '../head-session.ts';
import { openProducts, type ProductRuntime } from '../products.ts';
import { requestGpu } from './device.ts';
import type { Gpu } from './device.ts';
import { compileKernels } from './kernels/index.ts';
import { LastingBuffers } from './lasting-buffers.ts';
import type { PassOptions } from './passes.ts';
import { CompiledShaders } from './program-session.ts';
import { loadWebGpuRuntime, type WebGpuRuntime } from './runtime.ts';
import { WebGpuSession } from './session.ts';

/** Padded lengths: each is a graph of its own, and texts of any length are padded by a quarter at most on average. */
const LENGTHS = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

export interface WebGpuOptions extends PassOptions {
  /** For tests: what browsers without JSPI get can be tried in one that has it. */
  jspi?: boolean | undefined;
}

/** An engine on this browser's GPU. @throws DeviceFault where there is none. */
export async function openWebGpuEngine(gpu?: Gpu, { jspi, ...others }: WebGpuOptions = {}): Promise<Engine> {
  const device = gpu ?? (await requestGpu());
  const [runtime, kernels] = await Promise.all([loadWebGpuRuntime(jspi), compileKernels(device)]);
  const options = { programs: usualPrograms(device, runtime), ...others };
  const shaders = new CompiledShaders(device);
  const lasting = await LastingBuffers.open(device, runtime);
  return {
    kind: 'webgpu',
    name: device.name,
    programs: options.programs !== null,
    halfPrecision: device.device.features.has('shader-f16'),
    padding: { lengths: LENGTHS },
    open: (graphs, parameters, largest) => WebGpuSession.open({ gpu: device, runtime, kernels, shaders, lasting }, graphs, parameters, { ...options, largest: largest && { batch: largest.size, tokens: largest.tokens } }),
    openHead: (graphs, parameters) => new HostHeadSession(hostRuntime(runtime), graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(productRuntime(device, runtime), 'webgpu', rows, dimensions),
    async dispose() {
      await lasting.close();
      device.destroy();
    },
  };
}

/**
 * Whose shaders a training runs. Ours are the faster where a program plays the GPU, and where ONNX Runtime cannot record its own: without JSPI it hands
 * over a pass node by node. Elsewhere it is ONNX Runtime's, until somebody has timed both.
 */
export function usualPrograms({ software }: Pick<Gpu, 'software'>, { jspi }: Pick<WebGpuRuntime, 'jspi'>): ProgramOptions | null {
  return software || !jspi ? { together: !software } : null;
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
