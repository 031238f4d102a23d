import type { Manifest } from '../../../../wasm-models/artifacts/manifest.ts';
import type { ProgramOptions } from '../../../../wasm-models/wgsl/program.ts';
import type { Gpu } from './device.ts';
import type { WebGpuRuntime } from './runtime.ts';

interface Setting {
  gpu: Pick<Gpu, 'software'>;
  runtime: Pick<WebGpuRuntime, 'jspi'>;
}

/**
 * Whose shaders train a tagger: ours, of this kind, or ONNX Runtime's (null). Ours are the faster where a program plays the GPU, and where ONNX Runtime cannot
 * record its own: without JSPI it hands a pass over node by node. In half precision ours are the more exact, because they add up in float32. Elsewhere
 * ONNX Runtime's are taken until both have been timed on real GPUs.
 */
export function programsFor({ gpu: { software }, runtime: { jspi } }: Setting, { parameters }: Pick<Manifest, 'parameters'>, wanted?: ProgramOptions | null): ProgramOptions | null {
  if (wanted !== undefined) return wanted;
  return software || !jspi || parameters.some(({ half }) => half) ? { together: !software } : null;
}
