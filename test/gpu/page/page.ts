/** Passes calls on to the worker: engines run in workers, so their checks do too. */
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
let calls = 0;

worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; result?: unknown; error?: string }>) => {
  const call = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error === undefined) call?.resolve(data.result);
  else call?.reject(new Error(data.error));
});
worker.addEventListener('error', (event) => console.error(`The worker failed: ${event.message}`));

declare global {
  interface Window {
    call(check: string, argument: unknown): Promise<unknown>;
  }
}

window.call = (check, argument) =>
  new Promise((resolve, reject) => {
    waiting.set(++calls, { resolve, reject });
    worker.postMessage({ id: calls, check, argument });
  });
