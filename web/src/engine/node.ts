import { availableParallelism, cpus } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine } from './engine.ts';
import { HostHeadSession } from './head-session.ts';
import { type HostRuntime, HostSession } from './host-session.ts';
import { openProducts } from './products.ts';

export interface NodeEngineOptions {
  device: 'cpu' | 'webgpu';
  /** Threads of the CPU provider; all cores by default. */
  threads?: number;
  /** ONNX Runtime's log: 0 tells where every node was placed, 4 only what is fatal. */
  logSeverity?: 0 | 1 | 2 | 3 | 4;
}

/** Lengths are padded to a multiple of this: one vector register of floats, and little padding. */
const LENGTH_MULTIPLE = 8;

/** ONNX Runtime's native package. On WebGPU the graph runs on the GPU, the optimizer on the CPU: the package shares no device. */
export function openNodeEngine({ device, threads = availableParallelism(), logSeverity = 3 }: NodeEngineOptions): Engine {
  const runtimeOn = (provider: NodeEngineOptions['device'], intraOpNumThreads = threads): HostRuntime => ({
    createSession: (model) =>
      InferenceSession.create(model, {
        executionProviders: [provider],
        intraOpNumThreads,
        graphOptimizationLevel: 'all',
        logSeverityLevel: logSeverity,
      }),
    float32: (data, dims) => new Tensor('float32', data, dims),
    int32: (data, dims) => new Tensor('int32', data, dims),
    bindsOutputs: true,
  });
  const runtime = runtimeOn(device);
  const name = device === 'webgpu' ? 'WebGPU through Node' : `${cpus()[0]?.model.trim() ?? 'CPU'}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return {
    kind: device,
    name,
    halfPrecision: false,
    padding: { multipleOf: LENGTH_MULTIPLE },
    open: (graphs, parameters) => Promise.resolve(new HostSession(runtime, graphs, parameters)),
    // Its products are too small to share out.
    openHead: (graphs, parameters) => new HostHeadSession(runtimeOn('cpu', 1), graphs, parameters),
    openProducts: (rows, dimensions) => openProducts(runtime, device, rows, dimensions),
    dispose: () => Promise.resolve(),
  };
}
