import type { Engine } from './engine.ts';
import { HostHeadSession } from './head-session.ts';
import { type HostRuntime, HostSession } from './host-session.ts';
import { openProducts } from './products.ts';

/** More threads than this gain nothing on matrices of this size. */
const MOST_THREADS = 8;

/** Threads for this machine: all of up to four cores, else half of the logical ones (the rest are mostly hyper-threads), 8 at most. */
export function threadsFor(logicalCores: number, isolated: boolean): number {
  if (!isolated) return 1;
  return Math.max(1, Math.min(MOST_THREADS, logicalCores, Math.max(4, Math.ceil(logicalCores / 2))));
}

/** Training on the CPU in the browser: ONNX Runtime as WebAssembly. Call in a worker; a step blocks it. */
export async function openWasmEngine(threads = threadsFor(navigator.hardwareConcurrency, globalThis.crossOriginIsolated)): Promise<Engine> {
  const [{ env, InferenceSession, Tensor }, glue, binary] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  env.wasm.wasmPaths = { mjs: new URL(glue.default, location.href).href, wasm: new URL(binary.default, location.href).href };
  env.wasm.numThreads = threads;
  const runtime: HostRuntime = {
    createSession: (model) => InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 }),
    float32: (data, dims) => new Tensor('float32', data, dims),
    int32: (data, dims) => new Tensor('int32', data, dims),
    // It computes in its own memory and would leave a given array as it was.
    bindsOutputs: false,
  };
  return {
    kind: 'wasm',
    name: `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    padding: { multipleOf: 8 },
    open: (graphs, parameters) => Promise.resolve(new HostSession(runtime, graphs, parameters)),
    openHead: (graphs, parameters) => new HostHeadSession(runtime, graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(runtime, rows, dimensions),
    dispose: () => Promise.resolve(),
  };
}
