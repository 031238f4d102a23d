import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as OnnxRuntime from 'onnxruntime-web/webgpu';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import type { TaggerSession } from '../../../web/src/engine/engine.ts';
import { CompiledShaders } from '../../../web/src/engine/webgpu/compiled-shaders.ts';
import { requestGpu, type Gpu } from '../../../web/src/engine/webgpu/device.ts';
import type { Sizes } from '../../../web/src/engine/webgpu/dropout-masks.ts';
import { compileKernels } from '../../../web/src/engine/webgpu/kernels/index.ts';
import { LastingBuffers } from '../../../web/src/engine/webgpu/lasting-buffers.ts';
import type { PassOptions } from '../../../web/src/engine/webgpu/passes.ts';
import { WebGpuSession } from '../../../web/src/engine/webgpu/session.ts';

/** Chromium's WebGPU for Node. It is no dependency of the project: five platforms' worth of it are 130 MB. */
const DAWN = 'webgpu';

export interface DawnEngine {
  gpu: Gpu;
  open(graphs: TaggerGraphs, parameters: ReadonlyMap<string, Float32Array>, options: PassOptions & { largest: Sizes }): Promise<TaggerSession>;
}

/** The engine of the browser in Node, on whatever Vulkan offers. @throws Error that says what to install */
export async function openDawn(): Promise<DawnEngine> {
  const dawn = (await import(DAWN).catch(() => {
    throw new Error('Dawn for Node is not installed. Run npm install --no-save webgpu@0.6.2, and start it again.');
  })) as { create(flags: string[]): GPU; globals: object };
  Object.assign(globalThis, dawn.globals, { isSecureContext: true });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create(['backend=vulkan']), hardwareConcurrency: 1 }, configurable: true });

  const dist = path.resolve('node_modules/onnxruntime-web/dist');
  const file = (name: string): string => pathToFileURL(path.join(dist, name)).href;
  // The build that Chromium takes, which asks for its files by address.
  const ort = (await import(file('ort.jspi.min.mjs'))) as typeof OnnxRuntime;
  ort.env.wasm.wasmPaths = { mjs: file('ort-wasm-simd-threaded.jspi.mjs'), wasm: file('ort-wasm-simd-threaded.jspi.wasm') };
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const gpu = await requestGpu();
  if (!gpu.device.features.has('shader-f16')) throw new Error(`${gpu.name} has no 16-bit floats. Mesa's llvmpipe has them since 24.1 (Debian: mesa-vulkan-drivers); VK_ICD_FILENAMES names the driver to take.`);
  const runtime = { ort, jspi: true };
  const setup = { gpu, runtime, kernels: await compileKernels(gpu), shaders: new CompiledShaders(gpu), lasting: await LastingBuffers.open(gpu, runtime) };
  return { gpu, open: (graphs, parameters, options) => WebGpuSession.open(setup, graphs, parameters, options) };
}
