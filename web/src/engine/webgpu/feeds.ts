import type { Manifest } from '../../../../wasm-models/artifacts/manifest.ts';
import type { Batch } from '../engine.ts';
import { BatchInputs } from './batch-inputs.ts';
import { GrowingBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import type { Sizes } from './dropout-masks.ts';
import type { EmbeddingTables } from './embedding-tables.ts';
import type { GpuTensor } from './graph-session.ts';

/** What a graph is fed: the parameters, and a batch in buffers that are used again. */
export class Feeds {
  readonly #parameters: ReadonlyMap<string, GpuTensor>;
  readonly #tables: EmbeddingTables;
  readonly #batch: BatchInputs;
  readonly #embeddings: GrowingBuffer;
  readonly #width: number;

  constructor(gpu: Gpu, { batch, encoder }: Manifest, parameters: ReadonlyMap<string, GpuTensor>, tables: EmbeddingTables) {
    this.#parameters = parameters;
    this.#tables = tables;
    this.#batch = new BatchInputs(gpu, batch);
    this.#embeddings = new GrowingBuffer(gpu, 'embeddings, summed');
    this.#width = encoder.hiddenSize;
  }

  /** Makes room for batches up to these sizes, so that the buffers stay where they are. */
  reserve(sizes: Sizes): void {
    this.#embeddings.fit(sizes.batch * sizes.tokens * this.#width);
    this.#batch.reserve(sizes);
  }

  /** Writes a batch and encodes the looking up of its embeddings. */
  encode(pass: GPUComputePassEncoder, batch: Batch): Map<string, GpuTensor> {
    const rows = batch.size * batch.tokens;
    const embeddings = this.#embeddings.fit(rows * this.#width);
    this.#tables.encodeLookUp(pass, batch, embeddings);
    return new Map<string, GpuTensor>([...this.#parameters, ...this.#batch.hold(batch), ['embeddings', { buffer: embeddings, dtype: 'float32', shape: [rows, this.#width] }]]);
  }

  /** Gives the buffers up; the next batch makes them anew. */
  empty(): void {
    this.#batch.empty();
    this.#embeddings.destroy();
  }
}
