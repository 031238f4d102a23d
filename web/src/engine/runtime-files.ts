import type { DeviceKind } from './engine.ts';

/**
 * Addresses of ONNX Runtime's large files: `used` are those that this browser needs where training runs on `kind` (a finished tagger is checked on the
 * CPU everywhere), `all` those of this version of the app. Nothing is loaded. Bytes: 14.2 MB for the CPU, for a GPU 16.8 (with JSPI) or 26.8 besides.
 */
export async function runtimeFiles(kind: Exclude<DeviceKind, 'cpu'>): Promise<{ used: string[]; all: string[] }> {
  const [cpu, jspi, asyncify] = (
    await Promise.all([
      import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
      import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
    ])
  ).map(({ default: url }) => new URL(url, location.href).href) as [string, string, string];
  const gpu = 'Suspending' in WebAssembly ? jspi : asyncify;
  return { used: kind === 'webgpu' ? [cpu, gpu] : [cpu], all: [cpu, jspi, asyncify] };
}
