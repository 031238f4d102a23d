import type * as WasmPackage from 'onnxruntime-web/wasm';

/**
 * ONNX Runtime as WebAssembly, ready for sessions on the CPU of a browser. It is fetched here, on the first call. Call in a worker: what it runs
 * blocks its thread.
 */
export async function loadWasmPackage(threads: number): Promise<typeof WasmPackage> {
  const [runtime, glue, binary] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  runtime.env.wasm.wasmPaths = { mjs: new URL(glue.default, location.href).href, wasm: new URL(binary.default, location.href).href };
  runtime.env.wasm.numThreads = threads;
  return runtime;
}

/** More threads than this gain nothing on matrices of this size. */
const MOST_THREADS = 8;

/** Threads for this machine: all of up to four cores, else half of the logical ones (the rest are mostly hyper-threads), 8 at most. */
export function threadsFor(logicalCores: number, isolated: boolean): number {
  if (!isolated) return 1;
  return Math.max(1, Math.min(MOST_THREADS, logicalCores, Math.max(4, Math.ceil(logicalCores / 2))));
}

/** As many as suit the browser's machine. */
export function threadsHere(): number {
  return threadsFor(navigator.hardwareConcurrency, globalThis.crossOriginIsolated);
}
