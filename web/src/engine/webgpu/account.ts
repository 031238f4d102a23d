/** What this thread's devices were asked to do. */
export interface GpuWork {
  dispatches: number;
  /** Dispatches by the label of their pipeline; ONNX Runtime's labels begin with the operator's name. */
  byPipeline: Record<string, number>;
  submits: number;
  /** Pipelines that were compiled. */
  pipelines: number;
  /** Buffers mapped to read results. */
  maps: number;
  mappedBytes: number;
  /** Bytes sent by `writeBuffer`. */
  writtenBytes: number;
}

/** Buffers that exist. Those that the collector takes without `destroy` count until it does. */
export interface GpuMemory {
  buffers: number;
  bytes: number;
  /** Most bytes at one time since the last `takeGpuWork`. */
  peakBytes: number;
}

const none = (): GpuWork => ({ dispatches: 0, byPipeline: {}, submits: 0, pipelines: 0, maps: 0, mappedBytes: 0, writtenBytes: 0 });

let counting = false;
let work = none();
const memory: GpuMemory = { buffers: 0, bytes: 0, peakBytes: 0 };

/** What was asked since the last call. */
export function takeGpuWork(): GpuWork {
  const taken = work;
  work = none();
  memory.peakBytes = memory.bytes;
  return taken;
}

export function gpuMemory(): GpuMemory {
  return { ...memory };
}

/**
 * Counts from now on, by wrapping WebGPU's own methods. Call it before a device is made: ONNX Runtime keeps no reference to the originals.
 * For tests and benchmarks.
 */
export function countGpuWork(): void {
  if (counting || typeof GPUDevice === 'undefined') return;
  counting = true;
  const labels = new WeakMap<GPUComputePassEncoder, string>();
  before(GPUComputePassEncoder.prototype, 'setPipeline', (pass, pipeline) => labels.set(pass, pipeline.label));
  before(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (pass) => {
    const label = labels.get(pass) || 'without a label';
    work.dispatches++;
    work.byPipeline[label] = (work.byPipeline[label] ?? 0) + 1;
  });
  before(GPUQueue.prototype, 'submit', () => work.submits++);
  before(GPUQueue.prototype, 'writeBuffer', (_queue, _buffer, _offset, data, from, size) => {
    // Of a typed array offset and size count elements, of a buffer bytes.
    const unit = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
    work.writtenBytes += size === undefined ? data.byteLength - (from ?? 0) * unit : size * unit;
  });
  before(GPUDevice.prototype, 'createComputePipeline', () => work.pipelines++);
  before(GPUDevice.prototype, 'createComputePipelineAsync', () => work.pipelines++);
  before(GPUBuffer.prototype, 'mapAsync', (buffer, _mode, offset = 0, size = buffer.size - offset) => {
    work.maps++;
    work.mappedBytes += size;
  });
  countBuffers();
}

function countBuffers(): void {
  const alive = new WeakMap<GPUBuffer, { bytes: number }>();
  const gone = ({ bytes }: { bytes: number }): void => {
    memory.buffers--;
    memory.bytes -= bytes;
  };
  const collected = new FinalizationRegistry(gone);
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const size = { bytes: buffer.size };
    alive.set(buffer, size);
    collected.register(buffer, size, buffer);
    memory.buffers++;
    memory.bytes += size.bytes;
    memory.peakBytes = Math.max(memory.peakBytes, memory.bytes);
    return buffer;
  };
  before(GPUBuffer.prototype, 'destroy', (buffer) => {
    const size = alive.get(buffer);
    if (!size) return;
    alive.delete(buffer);
    collected.unregister(buffer);
    gone(size);
  });
}

type ValuesOf<Method> = Method extends (...values: infer Values) => unknown ? Values : never;

/** Calls `look` before each call of a method. */
function before<Target extends object, Name extends keyof Target>(target: Target, name: Name, look: (self: Target, ...values: ValuesOf<Target[Name]>) => unknown): void {
  const original = target[name] as (...values: ValuesOf<Target[Name]>) => unknown;
  target[name] = function (this: Target, ...values: ValuesOf<Target[Name]>): unknown {
    look(this, ...values);
    return original.apply(this, values);
  } as Target[Name];
}
