import type { TaggerGraphs } from '../../../../wasm-models/artifacts/manifest.ts';
import type { Batch, DropoutKey, LeftOut, Moments, OptimizerUpdate, TaggerSession, TrainingBatch } from '../engine.ts';
import type { Gpu } from './device.ts';
import type { CompiledShaders } from './compiled-shaders.ts';
import { DropoutMasks, type Sizes } from './dropout-masks.ts';
import { EmbeddingTables } from './embedding-tables.ts';
import { Feeds } from './feeds.ts';
import type { GpuTensor } from './graph-session.ts';
import type { Kernels } from './kernels/index.ts';
import { ownBuffers, type BufferMaker, type LastingBuffer } from './lasting-buffers.ts';
import { LossRing } from './loss-ring.ts';
import { lossScaleOf, scaled } from './loss-scale.ts';
import { GpuOptimizer } from './optimizer.ts';
import { GpuParameters, parameterBlocks, TABLES } from './parameters.ts';
import { Passes, type PassOptions } from './passes.ts';
import { programsFor } from './programs-for.ts';
import type { WebGpuRuntime } from './runtime.ts';
import { Accumulated } from './trained-tensor.ts';
import { TrainedTensors } from './trained-tensors.ts';

/** What all sessions of a device share. */
export interface GpuSetup {
  gpu: Gpu;
  runtime: WebGpuRuntime;
  kernels: Kernels;
  shaders: CompiledShaders;
  lasting: BufferMaker;
}

const NO_ROOM: Sizes = { batch: 0, tokens: 0 };

/** A tagger whose parameters, gradients and moments live on the GPU: ONNX Runtime runs the graphs, or shaders that were made of them; our own shaders do the rest. */
export class WebGpuSession implements TaggerSession {
  readonly #setup: GpuSetup;
  readonly #graphs: TaggerGraphs;
  readonly #passes: Passes;
  readonly #parameters: GpuParameters;
  readonly #tables: EmbeddingTables;
  readonly #trained: TrainedTensors;
  readonly #loss: Accumulated;
  readonly #masks: DropoutMasks;
  /** Batches that are trained on, whose buffers recordings hold, and those that are only evaluated. */
  readonly #trainingFeeds: Feeds;
  readonly #evaluationFeeds: Feeds;
  readonly #optimizer: GpuOptimizer;
  readonly #losses: LossRing;
  #embeddingGradient: LastingBuffer | null = null;
  /** Whether some of the training graph is in float16. */
  readonly #half: boolean;
  /** Of the micro-batches since the last update; null while no word of them weighed anything. */
  #lossScale: number | null = null;
  /** Batches for which the buffers have room. */
  #room = NO_ROOM;
  /** Micro-batches since the last update. */
  #pending = 0;
  /** How many of them were folded into totals: all but the last. */
  #folds = 0;
  /** Resolves when the update before the last one is done: the queue holds two steps at most. */
  #behind: Promise<void> = Promise.resolve();

  private constructor(setup: GpuSetup, graphs: TaggerGraphs, gradients: ReadonlyMap<string, LastingBuffer>, options: PassOptions) {
    const { gpu, runtime, kernels, shaders } = setup;
    this.#setup = setup;
    this.#graphs = graphs;
    this.#passes = new Passes(gpu, runtime, shaders, graphs, options);
    this.#parameters = new GpuParameters(gpu, kernels, graphs.manifest);
    const { blocks } = this.#parameters;
    const tables = blocks.find(({ name }) => name === TABLES)!;
    this.#tables = new EmbeddingTables(gpu, kernels, tables, this.#parameters.buffer(tables));
    this.#trained = new TrainedTensors(gpu, kernels, this.#parameters, gradients);
    this.#half = blocks.some(({ half }) => half);
    this.#loss = new Accumulated(gpu, 'loss', 1, gradients.get('loss')!);
    this.#masks = new DropoutMasks(gpu, kernels, graphs.manifest.dropout);
    this.#trainingFeeds = new Feeds(gpu, graphs.manifest, this.#parameters.tensors('training'), this.#tables);
    this.#evaluationFeeds = new Feeds(gpu, graphs.manifest, this.#parameters.tensors('evaluation'), this.#tables);
    this.#optimizer = new GpuOptimizer(gpu, kernels, this.#trained.all);
    this.#losses = new LossRing(gpu);
  }

  /** @param largest sizes up to which batches will come; larger ones cost new recordings */
  static async open(setup: GpuSetup, graphs: TaggerGraphs, parameters: ReadonlyMap<string, Float32Array>, { largest, ...options }: PassOptions & { largest?: Sizes | undefined } = {}): Promise<WebGpuSession> {
    const missing = graphs.manifest.parameters.filter(({ name }) => !parameters.has(name));
    if (missing.length > 0) throw new Error(`No values for ${missing.map(({ name }) => name).join(', ')}: a session needs all parameters of its manifest.`);
    const { gpu } = setup;
    const programs = programsFor(setup, graphs.manifest, options.programs);
    const lasting = programs ? ownBuffers(gpu) : setup.lasting;
    const gradients = await TrainedTensors.makeGradients(lasting, parameterBlocks(graphs.manifest));
    gradients.set('loss', await lasting.make('loss', 1));
    const session = await gpu.guard('the model, its gradients and the optimizer', () => new WebGpuSession({ ...setup, lasting }, graphs, gradients, { ...options, programs }));
    await session.writeParameters(parameters);
    if (largest) await session.#makeRoom(largest);
    return session;
  }

  async accumulate(batch: TrainingBatch, dropout: DropoutKey | null): Promise<void> {
    const { device } = this.#setup.gpu;
    const sizes = { batch: batch.size, tokens: batch.tokens };
    await this.#makeRoom(sizes);
    const pass = await this.#passes.training(sizes, dropout !== null);
    if (this.#pending > this.#folds) this.#fold();
    if (this.#half) this.#lossScale ??= lossScaleOf(batch);

    const encoder = device.createCommandEncoder();
    const before = encoder.beginComputePass({ label: 'embeddings and dropout' });
    const feeds = this.#trainingFeeds.encode(before, scaled(batch, this.#lossScale ?? 1));
    if (dropout) for (const { input, ...mask } of this.#masks.encode(before, dropout, sizes)) feeds.set(input, mask);
    before.end();
    device.queue.submit([encoder.finish()]);
    await this.#passes.run(pass, sizes, feeds, this.#results(sizes));

    const { tables } = this.#trained;
    if (tables) {
      const after = device.createCommandEncoder();
      const sums = after.beginComputePass({ label: 'embedding gradients' });
      this.#tables.encodeGradient(sums, batch, this.#embeddingGradient!.buffer, tables.gradient.latest, this.#pending > 0);
      sums.end();
      device.queue.submit([after.finish()]);
    }
    this.#pending++;
  }

  async update(settings: OptimizerUpdate): Promise<void> {
    if (this.#pending === 0) throw new Error('An update needs gradients: call accumulate first.');
    const { gpu } = this.#setup;
    await Promise.all([this.#behind, this.#losses.reserve()]);
    this.#settle();
    const encoder = gpu.device.createCommandEncoder();
    const lossScale = this.#lossScale ?? 1;
    this.#optimizer.encode(encoder, settings, this.#folds, lossScale);
    this.#losses.encode(encoder, this.#loss.sum(this.#folds), lossScale, this.#optimizer.gradientScale);
    gpu.device.queue.submit([encoder.finish()]);
    this.#pending = 0;
    this.#folds = 0;
    this.#lossScale = null;
    this.#behind = gpu.device.queue.onSubmittedWorkDone();
    // A lost device rejects it, and there may be no next step to wait for it: the device itself tells of the loss.
    this.#behind.catch(() => undefined);
    gpu.check();
  }

  async takeLosses(): Promise<number[]> {
    return this.#losses.take();
  }

  get leftOut(): LeftOut {
    return this.#losses.leftOut;
  }

  async logits(batch: Batch): Promise<Float32Array> {
    const { device } = this.#setup.gpu;
    const graph = await this.#passes.evaluation();
    const encoder = device.createCommandEncoder();
    const before = encoder.beginComputePass({ label: 'embeddings' });
    const feeds = this.#evaluationFeeds.encode(before, batch);
    before.end();
    device.queue.submit([encoder.finish()]);
    return graph.read(feeds, this.#graphs.manifest.outputs.logits);
  }

  async readGradients(): Promise<Map<string, Float32Array>> {
    if (this.#pending === 0) throw new Error('No gradients: call accumulate first.');
    this.#settle();
    return this.#trained.readGradients(this.#folds, this.#lossScale ?? 1);
  }

  async readParameters(): Promise<Map<string, Float32Array>> {
    return this.#parameters.read();
  }

  async writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void> {
    this.#parameters.write(parameters);
  }

  readMoments(): Promise<Moments> {
    return this.#trained.readMoments();
  }

  async writeMoments(moments: Moments): Promise<void> {
    this.#trained.writeMoments(moments);
  }

  async releasePasses(): Promise<void> {
    await this.#passes.release();
    for (const part of [this.#trainingFeeds, this.#evaluationFeeds, this.#masks]) part.empty();
    this.#embeddingGradient?.release();
    this.#embeddingGradient = null;
    this.#room = NO_ROOM;
    this.#setup.gpu.forgiveShortage();
  }

  async dispose(): Promise<void> {
    try {
      await this.#passes.release();
    } finally {
      this.#parameters.destroy();
      for (const part of [this.#trainingFeeds, this.#evaluationFeeds]) part.empty();
      for (const part of [this.#trained, this.#loss, this.#masks, this.#tables, this.#optimizer, this.#losses]) part.destroy();
      this.#embeddingGradient?.release();
    }
  }

  /** Buffers that passes read and write are made for the largest batch yet; a larger one forgets recordings, because they hold the former buffers. */
  async #makeRoom({ batch, tokens }: Sizes): Promise<void> {
    if (batch <= this.#room.batch && tokens <= this.#room.tokens) return;
    const room = { batch: Math.max(batch, this.#room.batch), tokens: Math.max(tokens, this.#room.tokens) };
    const { gpu, lasting } = this.#setup;
    const elements = room.batch * room.tokens * this.#graphs.manifest.encoder.hiddenSize;
    await this.#passes.forgetRecordings();
    this.#embeddingGradient?.release();
    this.#embeddingGradient = this.#trained.tables ? await lasting.make('embeddings.grad', elements) : null;
    await gpu.guard(`batches of ${room.batch} texts of ${room.tokens} tokens`, () => {
      this.#trainingFeeds.reserve(room);
      this.#masks.reserve(room);
    });
    this.#room = room;
  }

  #results({ batch, tokens }: Sizes): Map<string, GpuTensor> {
    const { outputs, encoder } = this.#graphs.manifest;
    const results = this.#trained.results().set(outputs.loss, { buffer: this.#loss.latest, dtype: 'float32', shape: [] });
    if (outputs.embeddingGradient) results.set(outputs.embeddingGradient, { buffer: this.#embeddingGradient!.buffer, dtype: 'float32', shape: [batch * tokens, encoder.hiddenSize] });
    return results;
  }

  #fold(): void {
    const { gpu, kernels } = this.#setup;
    const encoder = gpu.device.createCommandEncoder();
    this.#trained.encodeFold(encoder, this.#folds);
    this.#loss.encodeFold(encoder, kernels, this.#folds);
    gpu.device.queue.submit([encoder.finish()]);
    this.#folds++;
  }

  /** Brings the last of several micro-batches into the totals. */
  #settle(): void {
    if (this.#pending > 1 && this.#pending > this.#folds) this.#fold();
  }
}
