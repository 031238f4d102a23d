import { describeAdapter } from '../../../src/engine/webgpu/adapter.ts';
import type { RaceOrder, RaceResult } from './race-worker.ts';
import type { BrowserMeasurement, BrowserOrder } from './worker.ts';

declare global {
  interface Window {
    describeGpu(): Promise<{ name: string; software: boolean } | null>;
    measure(order: BrowserOrder): Promise<BrowserMeasurement>;
    race(order: RaceOrder): Promise<RaceResult>;
  }
}

window.describeGpu = async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  return adapter ? describeAdapter(adapter.info) : null;
};
window.measure = (order) => inWorker(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }), order);
window.race = (order) => inWorker(new Worker(new URL('./race-worker.ts', import.meta.url), { type: 'module' }), order);

/** Minutes after which nobody waits any longer for a measurement. */
const PATIENCE = 9;

/** Each order has a worker of its own, so that nothing is left of the one before. */
function inWorker<Result>(worker: Worker, order: unknown): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ measurement: Result } | { problem: string }>) => ('problem' in data ? reject(new Error(data.problem)) : resolve(data.measurement));
    worker.onerror = (event) => reject(new Error(event.message));
    setTimeout(() => reject(new Error(`not done after ${PATIENCE} minutes`)), PATIENCE * 60_000);
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}
