import { describeAdapter } from './adapter.ts';
import { DeviceFault } from './fault.ts';

/** A GPU that is ours: made with everything its adapter can do, watched for what goes wrong. */
export interface Gpu {
  readonly device: GPUDevice;
  /** For people, e.g. "Apple M2". */
  readonly name: string;
  /** True where the CPU plays the GPU (SwiftShader, llvmpipe): right results, many times slower than WASM. */
  readonly software: boolean;
  /** Throws what the device has reported since it was made: the first fault stays the answer. */
  check(): void;
  /** Runs `allocate` and throws if the device could not do it; `what` completes "not enough memory for …". */
  guard<T>(what: string, allocate: () => T | Promise<T>): Promise<T>;
  /** Forgets that memory was short, where that is all that was wrong: what did not fit was given up. */
  forgiveShortage(): void;
  destroy(): void;
}

/** The specification's defaults are too small: a binding may have 128 MiB, RoBERTa's word embedding has 147. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupStorageSize',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Used by ONNX Runtime's kernels where they are there. */
const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

/** Says in words why there is no WebGPU here, or gives the adapter. */
async function requestAdapter(): Promise<GPUAdapter> {
  if (!globalThis.isSecureContext) {
    throw new DeviceFault(
      'insecure',
      'WebGPU is switched off on this page because its address is neither HTTPS nor localhost.',
      'Open the page over HTTPS, or on the machine that serves it.',
    );
  }
  if (!('gpu' in navigator)) {
    throw new DeviceFault('no-webgpu', 'This browser has no WebGPU.', 'Use a current Chrome, Edge, Safari or Firefox, or train on the CPU.');
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new DeviceFault(
      'no-adapter',
      'This browser has WebGPU but offers no GPU: hardware acceleration is off, or the graphics driver is on its block list.',
      "Switch on hardware acceleration in the browser's settings and update the graphics driver, or train on the CPU.",
    );
  }
  return adapter;
}

/** @throws DeviceFault where the browser gives no GPU. */
export async function requestGpu(): Promise<Gpu> {
  const adapter = await requestAdapter();
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });

  let fault: DeviceFault | null = null;
  let destroyed = false;
  device.addEventListener('uncapturederror', ({ error }) => (fault ??= DeviceFault.from(error)));
  void device.lost.then(({ reason, message }) => {
    if (!destroyed) fault ??= DeviceFault.lost(reason, message);
  });

  const check = (): void => {
    if (fault) throw fault;
  };
  return {
    device,
    ...describeAdapter(adapter.info),
    check,
    async guard<T>(what: string, allocate: () => T | Promise<T>): Promise<T> {
      check();
      device.pushErrorScope('validation');
      device.pushErrorScope('out-of-memory');
      let result: T | undefined;
      let thrown: { error: unknown } | null = null;
      try {
        result = await allocate();
      } catch (error) {
        thrown = { error };
      }
      const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
      const error = errors.find((found) => found !== null);
      // What the device says is the cause of what was thrown over it.
      if (error) throw DeviceFault.from(error, what);
      if (thrown) throw thrown.error;
      check();
      return result as T;
    },
    forgiveShortage() {
      if (fault?.reason === 'out-of-memory') fault = null;
    },
    destroy() {
      destroyed = true;
      device.destroy();
    },
  };
}
