import { gpuMemory, takeGpuWork } from '../../engine/webgpu/account.ts';

/** What one step asks of a GPU. */
export interface StepWork {
  dispatches: number;
  submits: number;
  /** Buffers mapped to read results. */
  readbacks: number;
  readBytes: number;
  writtenBytes: number;
  /** Of buffers, most at one time. */
  peakBytes: number;
}

/** What was asked since the last call, a step; peak since then. Zeros unless `countGpuWork` was called before the device was made. */
export function takeStepWork(steps: number): StepWork {
  const { peakBytes } = gpuMemory();
  const { dispatches, submits, maps, mappedBytes, writtenBytes } = takeGpuWork();
  return { dispatches: dispatches / steps, submits: submits / steps, readbacks: maps / steps, readBytes: mappedBytes / steps, writtenBytes: writtenBytes / steps, peakBytes };
}
