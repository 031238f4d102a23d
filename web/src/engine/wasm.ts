import type { Engine } from './engine.ts';
import { HostHeadSession } from './head-session.ts';
import { type HostRuntime, HostSession } from './host-session.ts';
import { openProducts } from './products.ts';
import { loadWasmPackage, threadsHere } from './wasm-package.ts';

/** Training on the CPU in the browser: ONNX Runtime as WebAssembly. Call in a worker; a step blocks it. */
export async function openWasmEngine(threads = threadsHere()): Promise<Engine> {
  const { InferenceSession, Tensor } = await loadWasmPackage(threads);
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
    halfPrecision: false,
    padding: { multipleOf: 8 },
    open: (graphs, parameters) => Promise.resolve(new HostSession(runtime, graphs, parameters)),
    openHead: (graphs, parameters) => new HostHeadSession(runtime, graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(runtime, 'wasm', rows, dimensions),
    dispose: () => Promise.resolve(),
  };
}
