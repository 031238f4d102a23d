import { openWasmEngine } from '../../../src/engine/wasm.ts';
import { countGpuWork, takeGpuWork } from '../../../src/engine/webgpu/account.ts';
import { openWebGpuEngine } from '../../../src/engine/webgpu/engine.ts';
import { measureSteps, WARM_UP, type StepSettings, type StepTimes } from '../measure.ts';

export interface BrowserOrder extends StepSettings {
  device: 'wasm' | 'webgpu';
  threads: number;
}

export interface BrowserMeasurement extends StepTimes {
  engine: string;
  /** Of one step; none on the CPU. */
  dispatches?: number;
}

countGpuWork();

self.onmessage = ({ data }: MessageEvent<BrowserOrder>) => {
  measure(data).then(
    (measurement) => self.postMessage({ measurement }),
    (error: unknown) => self.postMessage({ problem: String(error) }),
  );
};

async function measure({ device, threads, ...settings }: BrowserOrder): Promise<BrowserMeasurement> {
  // The log of where each node was placed goes to the console, which the command line reads.
  const engine = device === 'wasm' ? await openWasmEngine(threads) : await openWebGpuEngine(undefined, { logSeverityLevel: 0 });
  let whileWarmingUp = 0;
  const times = await measureSteps(engine, settings, () => {
    whileWarmingUp = takeGpuWork().dispatches;
  });
  await engine.dispose();
  return { ...times, engine: engine.name, ...(device === 'webgpu' ? { dispatches: Math.round(whileWarmingUp / WARM_UP) } : {}) };
}
