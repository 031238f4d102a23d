import { type ModelSession, openModelFile } from './model-session.ts';
import { loadWasmPackage, threadsHere } from './wasm-package.ts';

/** A finished model file on the CPU of a browser. Call in a worker. */
export async function openWebModel(model: Uint8Array): Promise<ModelSession> {
  const { InferenceSession, Tensor } = await loadWasmPackage(threadsHere());
  return openModelFile(
    {
      createSession: (bytes) => InferenceSession.create(bytes, { executionProviders: ['wasm'], graphOptimizationLevel: 'all', logSeverityLevel: 3 }),
      int64: (data, dims) => new Tensor('int64', data, dims),
    },
    model,
  );
}
