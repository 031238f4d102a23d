import type { DeviceKind, Engine } from './engine.ts';
import { requestGpu } from './webgpu/device.ts';
import type { Gpu } from './webgpu/device.ts';
import { DeviceFault } from './webgpu/fault.ts';

/**
 * The browser's engine, for a worker. `auto` takes the GPU where there is a real one and else the CPU, and tells `note` why.
 * ONNX Runtime is fetched here, only the build that is used (4–7 MB compressed).
 * @throws DeviceFault where `webgpu` is asked for and not there.
 */
export async function openEngine(device: 'auto' | DeviceKind, note: (text: string) => void = () => {}): Promise<Engine> {
  const gpu = device === 'webgpu' ? await requestGpu() : device === 'auto' ? await realGpu(note) : null;
  if (gpu) {
    const { openWebGpuEngine } = await import('./webgpu/engine.ts');
    return openWebGpuEngine(gpu);
  }
  const { openWasmEngine } = await import('./wasm.ts');
  return openWasmEngine();
}

async function realGpu(note: (text: string) => void): Promise<Gpu | null> {
  try {
    const gpu = await requestGpu();
    if (!gpu.software) return gpu;
    gpu.destroy();
    note(`The browser's only GPU is a program (${gpu.name}), which is slower than the CPU itself: training on the CPU.`);
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    note(`${error.message} Training on the CPU. ${error.advice}`);
  }
  return null;
}
