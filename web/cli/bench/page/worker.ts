import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import { openWasmEngine } from '../../../src/engine/wasm.ts';
import { countGpuWork } from '../../../src/engine/webgpu/account.ts';
import { requestGpu } from '../../../src/engine/webgpu/device.ts';
import { openWebGpuEngine } from '../../../src/engine/webgpu/engine.ts';
import { measureSteps, type Place, type StepTimes } from '../../../src/train/bench/measure.ts';
import { randomTagger } from '../../../src/train/bench/random-tagger.ts';

export interface BrowserOrder {
  encoder: EncoderConfig;
  batch: number;
  tokens: number;
  steps: number;
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

async function measure({ device, threads, encoder, batch, tokens, steps }: BrowserOrder): Promise<BrowserMeasurement> {
  const place = device === 'wasm' ? { engine: await openWasmEngine(threads) } : await onGpu();
  const times = await measureSteps(place, { tagger: randomTagger(encoder), batch, tokens, most: steps });
  await place.engine.dispose();
  return { ...times, engine: place.engine.name, ...(times.gpu ? { dispatches: Math.round(times.gpu.dispatches) } : {}) };
}

async function onGpu(): Promise<Place> {
  const gpu = await requestGpu();
  // The log of where each node was placed goes to the console, which the command line reads.
  return { engine: await openWebGpuEngine(gpu, { logSeverityLevel: 0 }), settled: () => gpu.device.queue.onSubmittedWorkDone() };
}
