import type { ParameterSpec, RowInput, TaggerGraphs } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import type { Batch, DropoutKey, Moments, OptimizerUpdate, TaggerSession, TrainingBatch } from '../engine.ts';
import type { Anchor } from './anchor.ts';
import { BatchInputs } from './batch-inputs.ts';
import { createBuffer, GrowingBuffer, readBack, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import { DropoutMasks } from './dropout-masks.ts';
import { GraphSession } from './graph-session.ts';
import type { GpuTensor } from './graph-session.ts';
import type { Kernels } from './kernels/index.ts';
import { LossRing } from './loss-ring.ts';
import { GpuOptimizer } from './optimizer.ts';
import { RowSums } from './row-sums.ts';
import type { WebGpuRuntime } from './runtime.ts';
import { Accumulated, createTrainedTensor } from './trained-tensor.ts';
import type { TrainedTensor } from './trained-tensor.ts';

const ROW_IDS: Record<RowInput, keyof Pick<Batch, 'inputIds' | 'positionIds' | 'tokenTypeIds'>> = {
  input_ids: 'inputIds',
  position_ids: 'positionIds',
  token_type_ids: 'tokenTypeIds',
};

const ANY_SIZE = { batch: 'batch', tokens: 'tokens' } as const;

type GraphName = 'training' | 'training without dropout' | 'evaluation';

/** What all sessions of a device share. */
export interface GpuSetup {
  gpu: Gpu;
  runtime: WebGpuRuntime;
  kernels: Kernels;
  anchor: Anchor;
}

export interface WebGpuSessionOptions {
  logSeverityLevel?: 0 | 2 | 3;
}

/** A tagger whose parameters, gradients and moments live on the GPU: ONNX Runtime runs the graphs, our own shaders do the rest. */
export class WebGpuSession implements TaggerSession {
  readonly #gpu: Gpu;
  readonly #runtime: WebGpuRuntime;
  readonly #kernels: Kernels;
  readonly #anchor: Anchor;
  readonly #graphs: TaggerGraphs;
  readonly #options: WebGpuSessionOptions;
  readonly #sessions = new Map<string, Promise<GraphSession>>();
  readonly #parameters: ReadonlyMap<string, { spec: ParameterSpec; tensor: GpuTensor }>;
  readonly #trained: readonly TrainedTensor[];
  readonly #loss: Accumulated;
  readonly #batch: BatchInputs;
  readonly #masks: DropoutMasks;
  readonly #embeddingGradient: GrowingBuffer;
  readonly #tables: readonly RowSums[];
  readonly #optimizer: GpuOptimizer;
  readonly #losses: LossRing;
  /** Micro-batches since the last update. */
  #pending = 0;
  /** How many of them were folded into totals: all but the last. */
  #folds = 0;
  /** Resolves when the update before the last one is done: the queue holds two steps at most. */
  #behind: Promise<void> = Promise.resolve();

  private constructor({ gpu, runtime, kernels, anchor }: GpuSetup, graphs: TaggerGraphs, options: WebGpuSessionOptions) {
    this.#gpu = gpu;
    this.#runtime = runtime;
    this.#kernels = kernels;
    this.#anchor = anchor;
    this.#graphs = graphs;
    this.#options = options;
    const { parameters, batch, dropout } = graphs.manifest;
    this.#parameters = new Map(
      parameters.map((spec) => [spec.name, { spec, tensor: { buffer: createBuffer(gpu, spec.name, elementCount(spec.shape)), dtype: 'float32', shape: spec.shape } }]),
    );
    this.#trained = parameters.filter((spec) => spec.trainable).map((spec) => createTrainedTensor(gpu, spec, this.#parameters.get(spec.name)!.tensor.buffer));
    this.#loss = new Accumulated(gpu, 'loss', 1);
    this.#batch = new BatchInputs(gpu, batch);
    this.#masks = new DropoutMasks(gpu, kernels, dropout);
    this.#embeddingGradient = new GrowingBuffer(gpu, 'embeddings.grad');
    this.#tables = this.#trained.flatMap(({ spec, gradient }) => {
      if (!spec.rowsOf) return [];
      const [rows, width] = spec.shape as [number, number];
      return [new RowSums(gpu, kernels, { name: spec.name, rowsOf: spec.rowsOf, rows, width, gradient: gradient.latest })];
    });
    this.#optimizer = new GpuOptimizer(gpu, kernels, this.#trained);
    this.#losses = new LossRing(gpu);
  }

  static async open(setup: GpuSetup, graphs: TaggerGraphs, parameters: ReadonlyMap<string, Float32Array>, options: WebGpuSessionOptions = {}): Promise<WebGpuSession> {
    const session = await setup.gpu.guard('the model, its gradients and the optimizer', () => new WebGpuSession(setup, graphs, options));
    const missing = graphs.manifest.parameters.filter(({ name }) => !parameters.has(name));
    if (missing.length > 0) throw new Error(`No values for ${missing.map(({ name }) => name).join(', ')}: a session needs all parameters of its manifest.`);
    await session.writeParameters(parameters);
    return session;
  }

  /** Makes a graph's session now instead of in the first step; that takes a second or more. */
  async prepare(which: GraphName): Promise<void> {
    await this.#graph(which);
  }

  async accumulate(batch: TrainingBatch, dropout: DropoutKey | null): Promise<void> {
    const { device } = this.#gpu;
    const graph = await this.#graph(dropout ? 'training' : 'training without dropout');
    if (this.#pending > this.#folds) this.#fold();

    const feeds = this.#feeds(batch);
    const before = device.createCommandEncoder();
    if (dropout) {
      const pass = before.beginComputePass({ label: 'dropout' });
      for (const { input, buffer, shape } of this.#masks.encode(pass, dropout, { batch: batch.size, tokens: batch.tokens })) feeds.set(input, { buffer, dtype: 'float32', shape });
      pass.end();
    }
    device.queue.submit([before.finish()]);

    const results = new Map<string, GpuTensor>([[this.#graphs.manifest.outputs.loss, { buffer: this.#loss.latest, dtype: 'float32', shape: [] }]]);
    for (const { spec, gradient } of this.#trained) {
      if (!spec.rowsOf) results.set(`${spec.name}.grad`, { buffer: gradient.latest, dtype: 'float32', shape: spec.shape });
    }
    const { embeddingGradient } = this.#graphs.manifest.outputs;
    const rows = batch.size * batch.tokens;
    const width = this.#graphs.manifest.encoder.hiddenSize;
    if (embeddingGradient) results.set(embeddingGradient, { buffer: this.#embeddingGradient.fit(rows * width), dtype: 'float32', shape: [rows, width] });
    await graph.run(feeds, results);

    if (this.#tables.length > 0) {
      const after = device.createCommandEncoder();
      const pass = after.beginComputePass({ label: 'embedding gradients' });
      for (const sums of this.#tables) sums.encode(pass, this.#embeddingGradient.fit(rows * width), batch[ROW_IDS[sums.table.rowsOf]], this.#pending > 0);
      pass.end();
      device.queue.submit([after.finish()]);
    }
    this.#pending++;
  }

  async update(settings: OptimizerUpdate): Promise<void> {
    if (this.#pending === 0) throw new Error('An update needs gradients: call accumulate first.');
    const before = this.#behind;
    await Promise.all([before, this.#losses.reserve()]);
    this.#settle();
    const encoder = this.#gpu.device.createCommandEncoder();
    this.#losses.encode(encoder, this.#loss.sum(this.#folds));
    this.#optimizer.encode(encoder, settings, this.#folds);
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.#pending = 0;
    this.#folds = 0;
    this.#behind = this.#gpu.device.queue.onSubmittedWorkDone();
    this.#gpu.check();
  }

  async takeLosses(): Promise<number[]> {
    return this.#losses.take();
  }

  async logits(batch: Batch): Promise<Float32Array> {
    const graph = await this.#graph('evaluation');
    return graph.read(this.#feeds(batch), this.#graphs.manifest.outputs.logits);
  }

  async readGradients(): Promise<Map<string, Float32Array>> {
    if (this.#pending === 0) throw new Error('No gradients: call accumulate first.');
    this.#settle();
    const wanted = this.#trained.map(({ spec, elements, gradient }) => ({ buffer: spec.rowsOf ? gradient.latest : gradient.sum(this.#folds), elements }));
    const values = await readBack(this.#gpu, wanted);
    return new Map(this.#trained.map(({ spec }, i) => [spec.name, values[i]!]));
  }

  async readParameters(): Promise<Map<string, Float32Array>> {
    const entries = [...this.#parameters.values()];
    const values = await readBack(this.#gpu, entries.map(({ spec, tensor }) => ({ buffer: tensor.buffer, elements: elementCount(spec.shape) })));
    return new Map(entries.map(({ spec }, i) => [spec.name, values[i]!]));
  }

  async writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const [name, values] of parameters) {
      const parameter = this.#parameters.get(name);
      if (!parameter) throw new Error(`The model has no parameter called ${name}.`);
      this.#write(parameter.tensor.buffer, parameter.spec, values);
    }
    this.#gpu.check();
  }

  async readMoments(): Promise<Moments> {
    const read = async (which: 'first' | 'second'): Promise<Map<string, Float32Array>> => {
      const values = await readBack(this.#gpu, this.#trained.map((tensor) => ({ buffer: tensor[which], elements: tensor.elements })));
      return new Map(this.#trained.map(({ spec }, i) => [spec.name, values[i]!]));
    };
    return { first: await read('first'), second: await read('second') };
  }

  async writeMoments(moments: Moments): Promise<void> {
    for (const which of ['first', 'second'] as const) {
      for (const [name, values] of moments[which]) {
        const tensor = this.#trained.find(({ spec }) => spec.name === name);
        if (!tensor) throw new Error(`${name} is not trained here, so it has no moments.`);
        this.#write(tensor[which], tensor.spec, values);
      }
    }
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await this.#anchor.keep(await session);
    this.#sessions.clear();
    for (const { tensor } of this.#parameters.values()) tensor.buffer.destroy();
    for (const { gradient, first, second } of this.#trained) for (const buffer of [gradient, first, second]) buffer.destroy();
    for (const part of [this.#loss, this.#batch, this.#masks, this.#embeddingGradient, ...this.#tables, this.#optimizer, this.#losses]) part.destroy();
  }

  /** Sessions take a second to make, so each is made when it is first needed. */
  #graph(which: GraphName): Promise<GraphSession> {
    let session = this.#sessions.get(which);
    if (!session) {
      const model = which === 'evaluation' ? this.#graphs.evaluation(ANY_SIZE) : this.#graphs.training(ANY_SIZE, { dropout: which === 'training' });
      session = GraphSession.create(this.#gpu, this.#runtime, model, { keepOutputs: which !== 'evaluation', ...this.#options });
      this.#sessions.set(which, session);
    }
    return session;
  }

  #feeds(batch: Batch): Map<string, GpuTensor> {
    const feeds = this.#batch.hold(batch);
    for (const [name, { tensor }] of this.#parameters) feeds.set(name, tensor);
    return feeds;
  }

  #fold(): void {
    const encoder = this.#gpu.device.createCommandEncoder();
    for (const { spec, gradient } of this.#trained) if (!spec.rowsOf) gradient.encodeFold(encoder, this.#kernels, this.#folds);
    this.#loss.encodeFold(encoder, this.#kernels, this.#folds);
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.#folds++;
  }

  /** Brings the last of several micro-batches into the totals. */
  #settle(): void {
    if (this.#pending > 1 && this.#pending > this.#folds) this.#fold();
  }

  #write(buffer: GPUBuffer, spec: ParameterSpec, values: Float32Array): void {
    const expected = elementCount(spec.shape);
    if (values.length !== expected) throw new Error(`${spec.name} has ${values.length} numbers; its shape [${spec.shape.join(', ')}] needs ${expected}.`);
    upload(this.#gpu, buffer, values);
  }
}
