import type { TaggerGraphs } from '../../../../wasm-models/artifacts/manifest.ts';
import type { ProgramOptions } from '../../../../wasm-models/wgsl/program.ts';
import type { CompiledShaders } from './compiled-shaders.ts';
import type { Gpu } from './device.ts';
import type { Sizes } from './dropout-masks.ts';
import { GraphSession, type GpuTensor } from './graph-session.ts';
import { ProgramMemory } from './program-memory.ts';
import { ProgramSession } from './program-session.ts';
import type { WebGpuRuntime } from './runtime.ts';

const ANY_SIZE = { batch: 'batch', tokens: 'tokens' } as const;

export interface PassOptions {
  /** Record each graph of fixed sizes and repeat the recording, where the browser can. True unless told. */
  capture?: boolean;
  /** Train with shaders of our own making, of this kind, or with ONNX Runtime's (null). `programsFor` chooses unless told. */
  programs?: ProgramOptions | null;
  /** 0 prints on the console where each node was placed. */
  logSeverityLevel?: 0 | 2 | 3;
}

/** Forward and backward at one size. */
export interface TrainingPass {
  run(feeds: ReadonlyMap<string, GpuTensor>, results: ReadonlyMap<string, GpuTensor>): Promise<void>;
  release(): Promise<void>;
}

/** The graphs of a tagger as sessions, each made when it is first needed: one for each size of batch that is trained on, one for evaluation. */
export class Passes {
  /** Whether ONNX Runtime records graphs. In browsers without JSPI (Safari) it runs them node by node. */
  readonly captures: boolean;
  readonly #gpu: Gpu;
  readonly #runtime: WebGpuRuntime;
  readonly #shaders: CompiledShaders;
  readonly #graphs: TaggerGraphs;
  readonly #programs: ProgramOptions | null;
  readonly #memory: ProgramMemory;
  readonly #logSeverityLevel: 0 | 2 | 3;
  readonly #training = new Map<string, Promise<TrainingPass>>();
  readonly #tried = new WeakSet<TrainingPass>();
  #evaluation: Promise<GraphSession> | null = null;

  constructor(gpu: Gpu, runtime: WebGpuRuntime, shaders: CompiledShaders, graphs: TaggerGraphs, { capture = true, programs = null, logSeverityLevel = 3 }: PassOptions) {
    this.#gpu = gpu;
    this.#runtime = runtime;
    this.#shaders = shaders;
    this.#graphs = graphs;
    this.#programs = programs;
    this.#memory = new ProgramMemory(gpu);
    this.#logSeverityLevel = logSeverityLevel;
    this.captures = capture && runtime.jspi && programs === null;
  }

  /** Forward and backward at one size. */
  training({ batch, tokens }: Sizes, dropout: boolean): Promise<TrainingPass> {
    const key = `${batch} × ${tokens}${dropout ? ', dropout' : ''}`;
    let session = this.#training.get(key);
    if (!session) {
      const options = { dropout, embedded: true };
      session = this.#programs
        ? ProgramSession.create(this.#gpu, this.#shaders, this.#memory, this.#graphs.trainingProgram({ batch, tokens }, options, this.#programs))
        : this.#create(this.#graphs.training({ batch, tokens }, options), { keepOutputs: true, capture: this.captures });
      this.#training.set(key, session);
      session.catch(() => this.#training.delete(key));
    }
    return session;
  }

  /** Runs a graph. In its first run it takes its memory: that is waited for, so that no step is taken on results that had no room. */
  async run(graph: TrainingPass, { batch, tokens }: Sizes, feeds: ReadonlyMap<string, GpuTensor>, results: ReadonlyMap<string, GpuTensor>): Promise<void> {
    if (this.#tried.has(graph)) return graph.run(feeds, results);
    await this.#gpu.guard(`a pass of ${batch} texts of ${tokens} tokens`, () => graph.run(feeds, results));
    this.#tried.add(graph);
  }

  /** Forward alone, at any size. */
  evaluation(): Promise<GraphSession> {
    if (!this.#evaluation) {
      this.#evaluation = this.#create(this.#graphs.evaluation(ANY_SIZE, { embedded: true }), { keepOutputs: false, capture: false });
      this.#evaluation.catch(() => (this.#evaluation = null));
    }
    return this.#evaluation;
  }

  #create(model: Uint8Array, options: { keepOutputs: boolean; capture: boolean }): Promise<GraphSession> {
    return GraphSession.create(this.#gpu, this.#runtime, model, { ...options, logSeverityLevel: this.#logSeverityLevel });
  }

  /** Forgets recordings: they read and write buffers that are no longer used. */
  async forgetRecordings(): Promise<void> {
    if (this.captures) await this.#releaseTraining();
  }

  async release(): Promise<void> {
    await this.#releaseTraining();
    await (await this.#evaluation)?.release();
    this.#evaluation = null;
  }

  async #releaseTraining(): Promise<void> {
    const sessions = [...this.#training.values()];
    this.#training.clear();
    // One that could not be made has nothing to release, and whoever asked for it was told.
    for (const made of await Promise.allSettled(sessions)) if (made.status === 'fulfilled') await made.value.release();
    this.#memory.destroy();
  }
}
