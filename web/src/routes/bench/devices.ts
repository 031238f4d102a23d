import type { BenchDevice } from '../../train/bench/protocol.ts';

export type Choices = 'both' | 'webgpu' | 'wasm';

/** What is measured where the visitor has chosen: on a GPU every way in which it can train. @param jspi whether ONNX Runtime can record its own shaders here: else ours are the usual ones */
export function devicesOf(adapter: { software: boolean; halfPrecision: boolean } | null | undefined, chosen: Choices, jspi: boolean): BenchDevice[] {
  if (!adapter || chosen === 'wasm') return ['wasm'];
  const { software, halfPrecision } = adapter;
  return ['webgpu', ...(jspi && !software ? (['webgpu-own'] as const) : []), ...(halfPrecision ? (['webgpu-half'] as const) : []), ...(chosen === 'both' ? (['wasm'] as const) : [])];
}
