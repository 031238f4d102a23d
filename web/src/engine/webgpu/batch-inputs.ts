import type { RowInput, TensorSpec } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import type { Batch, TrainingBatch } from '../engine.ts';
import { GrowingBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { concreteShape, type Sizes } from './dropout-masks.ts';
import type { GpuTensor } from './graph-session.ts';

/** Each batch input's field. */
const FIELDS: Record<string, keyof TrainingBatch> = {
  attention_bias: 'attentionBias',
  pooling: 'pooling',
  targets: 'targets',
  weights: 'weights',
};

/** They don't reach the graph: `EmbeddingTables` reads them. */
const LOOKED_UP: ReadonlySet<string> = new Set<RowInput>(['input_ids', 'position_ids', 'token_type_ids']);

/** The inputs that change with each batch, in buffers that are used again. */
export class BatchInputs {
  readonly #inputs: readonly { spec: TensorSpec; field: keyof TrainingBatch; buffer: GrowingBuffer }[];

  constructor(gpu: Gpu, specs: readonly TensorSpec[]) {
    this.#inputs = specs.filter(({ name }) => !LOOKED_UP.has(name)).map((spec) => {
      const field = FIELDS[spec.name];
      if (!field) throw new Error(`The manifest has a batch input "${spec.name}"; known are ${Object.keys(FIELDS).join(', ')}.`);
      return { spec, field, buffer: new GrowingBuffer(gpu, spec.name) };
    });
  }

  /** Makes room for batches up to these sizes, so that the buffers stay where they are. */
  reserve(sizes: Sizes): void {
    for (const { spec, buffer } of this.#inputs) buffer.fit(elementCount(concreteShape(spec.shape, sizes)));
  }

  /** Writes a batch; a batch without targets leaves those out. */
  hold(batch: Batch | TrainingBatch): Map<string, GpuTensor> {
    const held = new Map<string, GpuTensor>();
    for (const { spec, field, buffer } of this.#inputs) {
      const data = (batch as Partial<TrainingBatch>)[field];
      if (data === undefined) continue;
      const shape = concreteShape(spec.shape, { batch: batch.size, tokens: batch.tokens });
      const expected = elementCount(shape);
      const numbers = data as Int32Array | Float32Array;
      if (numbers.length !== expected) throw new Error(`Batch field ${field} has ${numbers.length} numbers; [${shape.join(', ')}] needs ${expected}.`);
      held.set(spec.name, { buffer: buffer.hold(numbers), dtype: spec.dtype, shape });
    }
    return held;
  }

  /** Gives the buffers up; the next batch makes them anew. */
  empty(): void {
    for (const { buffer } of this.#inputs) buffer.destroy();
  }
}
