import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type { Gpu } from './device.ts';
import type { WebGpuRuntime } from './runtime.ts';

/** A tensor on the GPU; the buffer may be larger than the tensor. */
export interface GpuTensor {
  buffer: GPUBuffer;
  dtype: 'float16' | 'float32' | 'int32';
  shape: readonly number[];
}

export interface GraphOptions {
  /** Leave the results on the GPU, in buffers given with each run; else they come back as arrays. */
  keepOutputs: boolean;
  /** Record the commands of the first run and repeat them: every size in the graph is fixed, every buffer stays the same. */
  capture?: boolean;
  /** 0 prints on the console where each node was placed. */
  logSeverityLevel?: 0 | 2 | 3;
}

/** An ONNX graph whose inputs lie on the GPU. */
export class GraphSession {
  readonly #gpu: Gpu;
  readonly #runtime: WebGpuRuntime;
  readonly #session: InferenceSession;
  readonly #options: GraphOptions;
  /** Wrapping a buffer anew in each step costs more than the map. */
  readonly #tensors = new WeakMap<GPUBuffer, { key: string; tensor: Tensor }>();

  private constructor(gpu: Gpu, runtime: WebGpuRuntime, session: InferenceSession, options: GraphOptions) {
    this.#gpu = gpu;
    this.#runtime = runtime;
    this.#session = session;
    this.#options = options;
  }

  static async create(gpu: Gpu, runtime: WebGpuRuntime, model: Uint8Array, options: GraphOptions): Promise<GraphSession> {
    const session = await runtime.ort.InferenceSession.create(model, {
      executionProviders: [{ name: 'webgpu', device: gpu.device }],
      enableGraphCapture: options.capture ?? false,
      ...(options.keepOutputs ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      logSeverityLevel: options.logSeverityLevel ?? 3,
    });
    gpu.check();
    return new GraphSession(gpu, runtime, session, options);
  }

  get inputs(): readonly string[] {
    return this.#session.inputNames;
  }

  /** Runs and leaves each result in the buffer given for it, which has to be a `LastingBuffer`. Resolves when the device has taken the work. */
  async run(feeds: ReadonlyMap<string, GpuTensor>, results: ReadonlyMap<string, GpuTensor>): Promise<void> {
    await this.#run(feeds, Object.fromEntries([...results].map(([name, result]) => [name, this.#wrap(result)])));
  }

  /** Runs and reads one float32 result back. */
  async read(feeds: ReadonlyMap<string, GpuTensor>, output: string): Promise<Float32Array> {
    const outputs = await this.#run(feeds, [output]);
    return (await outputs[output]!.getData()) as Float32Array;
  }

  async #run(feeds: ReadonlyMap<string, GpuTensor>, fetches: Record<string, Tensor> | string[]): Promise<InferenceSession.OnnxValueMapType> {
    const inputs = Object.fromEntries(
      this.inputs.map((name) => {
        const feed = feeds.get(name);
        if (!feed) throw new Error(`The graph asks for an input "${name}" that neither the manifest nor the batch has.`);
        return [name, this.#wrap(feed)];
      }),
    );
    this.#gpu.check();
    try {
      return await (Array.isArray(fetches) ? this.#session.run(inputs, fetches) : this.#session.run(inputs, fetches));
    } finally {
      // What the device has reported says more than what became of the run.
      this.#gpu.check();
    }
  }

  #wrap({ buffer, dtype, shape }: GpuTensor): Tensor {
    const key = `${dtype} ${shape.join(' ')}`;
    const known = this.#tensors.get(buffer);
    if (known?.key === key) return known.tensor;
    const tensor = this.#runtime.ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims: shape });
    this.#tensors.set(buffer, { key, tensor });
    return tensor;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
