import type * as OnnxRuntime from 'onnxruntime-web/webgpu';

/** ONNX Runtime with its WebGPU provider, in the form that this browser takes. */
export interface WebGpuRuntime {
  ort: typeof OnnxRuntime;
  /**
   * JSPI (Chromium, and seen in Firefox 153): the smaller and quicker build; outputs can be bound to our own buffers.
   * Without it (Safari) the Asyncify build makes the output buffers, and they are copied.
   */
  jspi: boolean;
}

async function importJspi(): Promise<WebGpuRuntime> {
  const [ort, glue, binary] = await Promise.all([
    import('onnxruntime-web/jspi'),
    import('onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url'),
  ]);
  ort.env.wasm.wasmPaths = { mjs: new URL(glue.default, location.href).href, wasm: new URL(binary.default, location.href).href };
  return { ort, jspi: true };
}

async function importAsyncify(): Promise<WebGpuRuntime> {
  const [ort, glue, binary] = await Promise.all([
    import('onnxruntime-web/webgpu'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
  ]);
  ort.env.wasm.wasmPaths = { mjs: new URL(glue.default, location.href).href, wasm: new URL(binary.default, location.href).href };
  return { ort, jspi: false };
}

/** `jspi` is for tests: what Safari gets can be tried in Chromium. */
export async function loadWebGpuRuntime(jspi = 'Suspending' in WebAssembly): Promise<WebGpuRuntime> {
  const runtime = await (jspi ? importJspi() : importAsyncify());
  // The CPU only does shape arithmetic here; more threads would mean more workers.
  runtime.ort.env.wasm.numThreads = 1;
  runtime.ort.env.logLevel = 'error';
  return runtime;
}
