import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { BatchDims, TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { DropoutMasks } from './dropout-masks.ts';
import type { Batch, DropoutKey, Moments, OptimizerUpdate, TaggerSession, TrainingBatch } from './engine.ts';
import { allocateTrained, checked, copyMoments, setMoments, type TrainedBlock, type TrainedParameter, updateBlocks } from './host-parameters.ts';
import { addRows } from './row-sum.ts';

/** What an ONNX Runtime package has to offer to a session whose parameters lie in the program's own memory. */
export interface HostRuntime {
  createSession(model: Uint8Array): Promise<InferenceSession>;
  float32(data: Float32Array, dims: readonly number[]): Tensor;
  int32(data: Int32Array, dims: readonly number[]): Tensor;
  /** Whether results can be written into given arrays. */
  bindsOutputs: boolean;
}

const ANY_BATCH: BatchDims = { batch: 'batch', tokens: 'tokens' };

const GRAPHS = {
  training: (graphs: TaggerGraphs) => graphs.training(ANY_BATCH, { dropout: true }),
  'training without dropout': (graphs: TaggerGraphs) => graphs.training(ANY_BATCH, { dropout: false }),
  evaluation: (graphs: TaggerGraphs) => graphs.evaluation(ANY_BATCH),
};

/** Trains with parameters, gradients and moments in the program's memory: the graph on ONNX Runtime, AdamW and the sums by row beside it. */
export class HostSession implements TaggerSession {
  readonly leftOut = { updates: 0, inARow: 0 };
  #runtime: HostRuntime;
  #graphs: TaggerGraphs;
  #parameters = new Map<string, Float32Array>();
  #feeds: Record<string, Tensor> = {};
  #trained: TrainedParameter[];
  #blocks: TrainedBlock[];
  #masks: DropoutMasks;
  #sessions = new Map<string, Promise<InferenceSession>>();
  #outputs = new Map<string, Float32Array>();
  /** Sum of the losses of the passes since the last update; null before the first. */
  #loss: number | null = null;
  #losses: number[] = [];

  constructor(runtime: HostRuntime, graphs: TaggerGraphs, parameters: ReadonlyMap<string, Float32Array>) {
    this.#runtime = runtime;
    this.#graphs = graphs;
    this.#masks = new DropoutMasks(graphs.manifest.dropout);
    const { blocks, parameters: trained } = allocateTrained(graphs.optimizer(), graphs.manifest.parameters);
    this.#blocks = blocks;
    this.#trained = trained;
    for (const spec of graphs.manifest.parameters) {
      const given = checked(parameters, spec);
      const value = trained.find((parameter) => parameter.spec === spec)?.value ?? new Float32Array(given.length);
      value.set(given);
      this.#parameters.set(spec.name, value);
      this.#feeds[spec.name] = runtime.float32(value, spec.shape);
    }
  }

  async accumulate(batch: TrainingBatch, dropout: DropoutKey | null): Promise<void> {
    const { size, tokens } = batch;
    const { manifest } = this.#graphs;
    const session = await this.#session(dropout ? 'training' : 'training without dropout');
    const feeds = { ...this.#feeds, ...this.#batchFeeds(batch) };
    feeds.targets = this.#runtime.float32(batch.targets, [size, tokens, manifest.labels.length]);
    feeds.weights = this.#runtime.float32(batch.weights, [size, tokens]);
    if (dropout) {
      const masks = this.#masks.fill(dropout, { batch: size, tokens });
      for (const site of manifest.dropout) {
        const shape = site.stream === 'hidden' ? [size * tokens, manifest.encoder.hiddenSize] : [size, manifest.encoder.heads, tokens, tokens];
        feeds[site.input] = this.#runtime.float32(masks.get(site.input)!, shape);
      }
    }
    const isFirst = this.#loss === null;
    const results = await this.#run(session, feeds, isFirst, size * tokens);
    this.#loss = (this.#loss ?? 0) + (results.loss!.data as Float32Array)[0]!;
    this.#collect(results, batch, isFirst);
  }

  update(settings: OptimizerUpdate): Promise<void> {
    if (this.#loss === null) throw new Error('An update needs gradients: call accumulate first.');
    updateBlocks(this.#blocks, settings);
    this.#losses.push(this.#loss);
    this.#loss = null;
    return Promise.resolve();
  }

  takeLosses(): Promise<number[]> {
    return Promise.resolve(this.#losses.splice(0));
  }

  async logits(batch: Batch): Promise<Float32Array> {
    const session = await this.#session('evaluation');
    const feeds: Record<string, Tensor> = { ...this.#feeds, ...this.#batchFeeds(batch) };
    const results = await session.run(pick(feeds, session.inputNames));
    return results.logits!.data as Float32Array;
  }

  readGradients(): Promise<Map<string, Float32Array>> {
    return Promise.resolve(new Map(this.#trained.map(({ spec, gradient }) => [spec.name, gradient.slice()])));
  }

  readParameters(): Promise<Map<string, Float32Array>> {
    return Promise.resolve(new Map([...this.#parameters].map(([name, value]) => [name, value.slice()])));
  }

  async writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const spec of this.#graphs.manifest.parameters) if (parameters.has(spec.name)) this.#parameters.get(spec.name)!.set(checked(parameters, spec));
  }

  readMoments(): Promise<Moments> {
    return Promise.resolve(copyMoments(this.#trained));
  }

  async writeMoments(moments: Moments): Promise<void> {
    setMoments(this.#trained, moments);
  }

  async releasePasses(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    this.#outputs.clear();
    for (const session of sessions) await (await session).release();
  }

  async dispose(): Promise<void> {
    await this.releasePasses();
  }

  #session(graph: keyof typeof GRAPHS): Promise<InferenceSession> {
    let session = this.#sessions.get(graph);
    if (!session) {
      session = this.#runtime.createSession(GRAPHS[graph](this.#graphs));
      this.#sessions.set(graph, session);
    }
    return session;
  }

  #batchFeeds(batch: Batch): Record<string, Tensor> {
    const { size, tokens } = batch;
    const { int32, float32 } = this.#runtime;
    return {
      input_ids: int32(batch.inputIds, [size, tokens]),
      position_ids: int32(batch.positionIds, [size, tokens]),
      ...(this.#graphs.manifest.encoder.tokenTypes > 0 ? { token_type_ids: int32(batch.tokenTypeIds, [size, tokens]) } : {}),
      attention_bias: float32(batch.attentionBias, [size, tokens]),
      pooling: float32(batch.pooling, [size, tokens, tokens]),
    };
  }

  /** Runs the training graph; where the runtime can, gradients land in arrays of ours: the sums themselves on the first pass, a scratch array on later ones. */
  #run(session: InferenceSession, feeds: Record<string, Tensor>, isFirst: boolean, rows: number): Promise<InferenceSession.OnnxValueMapType> {
    if (!this.#runtime.bindsOutputs) return session.run(pick(feeds, session.inputNames));
    const fetches: Record<string, Tensor | null> = { loss: null };
    for (const { spec, gradient } of this.#trained) {
      if (!spec.rowsOf) fetches[`${spec.name}.grad`] = this.#runtime.float32(isFirst ? gradient : this.#scratch(spec.name, gradient.length), spec.shape);
    }
    const { encoder, outputs } = this.#graphs.manifest;
    if (outputs.embeddingGradient) {
      const width = encoder.hiddenSize;
      fetches[outputs.embeddingGradient] = this.#runtime.float32(this.#scratch(outputs.embeddingGradient, rows * width), [rows, width]);
    }
    return session.run(pick(feeds, session.inputNames), fetches);
  }

  #collect(results: InferenceSession.OnnxValueMapType, batch: TrainingBatch, isFirst: boolean): void {
    const { encoder, outputs } = this.#graphs.manifest;
    const occurrences = { input_ids: batch.inputIds, position_ids: batch.positionIds, token_type_ids: batch.tokenTypeIds };
    for (const { spec, gradient } of this.#trained) {
      if (spec.rowsOf) {
        if (isFirst) gradient.fill(0);
        addRows(gradient, occurrences[spec.rowsOf], results[outputs.embeddingGradient!]!.data as Float32Array, encoder.hiddenSize);
        continue;
      }
      const result = results[`${spec.name}.grad`]!.data as Float32Array;
      if (!isFirst) for (let i = 0; i < gradient.length; i++) gradient[i]! += result[i]!;
      else if (result !== gradient && !this.#runtime.bindsOutputs) gradient.set(result);
    }
  }

  #scratch(name: string, length: number): Float32Array {
    let array = this.#outputs.get(name);
    if (!array || array.length < length) this.#outputs.set(name, (array = new Float32Array(length)));
    return array.subarray(0, length);
  }
}

/** Only what the session takes: a graph without dropout or targets has fewer inputs. */
function pick(feeds: Record<string, Tensor>, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, feeds[name]!]));
}
