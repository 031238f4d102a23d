import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ModelSession, openModelFile } from './model-session.ts';

/** A finished model file on the CPU of this machine. */
export function openNodeModel(model: Uint8Array, threads = availableParallelism()): Promise<ModelSession> {
  return openModelFile(
    {
      createSession: (bytes) => InferenceSession.create(bytes, { executionProviders: ['cpu'], intraOpNumThreads: threads, graphOptimizationLevel: 'all', logSeverityLevel: 3 }),
      int64: (data, dims) => new Tensor('int64', data, dims),
    },
    model,
  );
}
