import type { BrowserMeasurement, BrowserOrder } from './worker.ts';

declare global {
  interface Window {
    measure(order: BrowserOrder): Promise<BrowserMeasurement>;
  }
}

window.measure = (order) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ measurement: BrowserMeasurement } | { problem: string }>) => ('problem' in data ? reject(new Error(data.problem)) : resolve(data.measurement));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  });
