import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { HeadGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { DropoutMasks } from './dropout-masks.ts';
import type { DropoutKey, HeadBatch, HeadSession, Moments, OptimizerUpdate } from './engine.ts';
import { allocateTrained, checked, copyMoments, setMoments, type TrainedBlock, type TrainedParameter, updateBlocks } from './host-parameters.ts';
import type { HostRuntime } from './host-session.ts';

type GraphName = 'training' | 'training without dropout' | 'evaluation';

/** Trains a head with everything in the program's memory. It has so few parameters that copies of their gradients cost nothing. */
export class HostHeadSession implements HeadSession {
  readonly #runtime: Pick<HostRuntime, 'createSession' | 'float32'>;
  readonly #graphs: HeadGraphs;
  readonly #trained: readonly TrainedParameter[];
  readonly #blocks: readonly TrainedBlock[];
  readonly #parameters: Readonly<Record<string, Tensor>>;
  readonly #masks: DropoutMasks;
  readonly #sessions = new Map<GraphName, Promise<InferenceSession>>();
  /** Sum of the losses of the passes since the last update; null before the first. */
  #loss: number | null = null;
  #losses: number[] = [];

  constructor(runtime: Pick<HostRuntime, 'createSession' | 'float32'>, graphs: HeadGraphs, parameters: ReadonlyMap<string, Float32Array>) {
    this.#runtime = runtime;
    this.#graphs = graphs;
    const { blocks, parameters: trained } = allocateTrained(graphs.optimizer(), graphs.parameters);
    this.#blocks = blocks;
    this.#trained = trained;
    for (const { spec, value } of trained) value.set(checked(parameters, spec));
    this.#parameters = Object.fromEntries(trained.map(({ spec, value }) => [spec.name, runtime.float32(value, spec.shape)]));
    this.#masks = new DropoutMasks(graphs.dropout);
  }

  async accumulate({ rows, features, targets, weights }: HeadBatch, dropout: DropoutKey | null): Promise<void> {
    const { float32 } = this.#runtime;
    const graphs = this.#graphs;
    const session = await this.#session(dropout ? 'training' : 'training without dropout');
    const masks = dropout ? [...this.#masks.fill(dropout, { rows })] : [];
    const results = await session.run({
      ...this.#parameters,
      features: float32(features, [rows, graphs.features]),
      targets: float32(targets, [rows, graphs.labels]),
      weights: float32(weights, [rows, 1]),
      ...Object.fromEntries(masks.map(([input, mask]) => [input, float32(mask, [rows, graphs.features])])),
    });
    const isFirst = this.#loss === null;
    this.#loss = (this.#loss ?? 0) + (results.loss!.data as Float32Array)[0]!;
    for (const { spec, gradient } of this.#trained) {
      const result = results[`${spec.name}.grad`]!.data as Float32Array;
      if (isFirst) gradient.set(result);
      else for (let i = 0; i < gradient.length; i++) gradient[i]! += result[i]!;
    }
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

  async logits(features: Float32Array, rows: number): Promise<Float32Array> {
    const session = await this.#session('evaluation');
    const { logits } = await session.run({ ...this.#parameters, features: this.#runtime.float32(features, [rows, this.#graphs.features]) });
    return logits!.data as Float32Array;
  }

  readParameters(): Promise<Map<string, Float32Array>> {
    return Promise.resolve(new Map(this.#trained.map(({ spec, value }) => [spec.name, value.slice()])));
  }

  writeParameters(parameters: ReadonlyMap<string, Float32Array>): Promise<void> {
    for (const { spec, value } of this.#trained) if (parameters.has(spec.name)) value.set(checked(parameters, spec));
    return Promise.resolve();
  }

  readMoments(): Promise<Moments> {
    return Promise.resolve(copyMoments(this.#trained));
  }

  async writeMoments(moments: Moments): Promise<void> {
    setMoments(this.#trained, moments);
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  #session(name: GraphName): Promise<InferenceSession> {
    let session = this.#sessions.get(name);
    if (!session) {
      const model = name === 'evaluation' ? this.#graphs.evaluation() : this.#graphs.training({ dropout: name === 'training' });
      this.#sessions.set(name, (session = this.#runtime.createSession(model)));
    }
    return session;
  }
}
