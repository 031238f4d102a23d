import type { TensorSpec } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import type { Batch, TrainingBatch } from '../engine.ts';
import { GrowingBuffer } from './buffers.ts';
import type { Gpu } from './device.ts';
import { concreteShape } from './dropout-masks.ts';
import type { GpuTensor } from './graph-session.ts';

/** Each batch input's field. */
const FIELDS: Record<string, keyof TrainingBatch> = {
  input_ids: 'inputIds',
  position_ids: 'positionIds',
  token_type_ids: 'tokenTypeIds',
  attention_bias: 'attentionBias',
  pooling: 'pooling',
  targets: 'targets',
  weights: 'weights',
};

/** The inputs that change with each batch, in buffers that are used again. */
export class BatchInputs {
  readonly #inputs: readonly { spec: TensorSpec; field: keyof TrainingBatch; buffer: GrowingBuffer }[];

  constructor(gpu: Gpu, specs: readonly TensorSpec[]) {
    this.#inputs = specs.map((spec) => {
      const field = FIELDS[spec.name];
      if (!field) throw new Error(`The manifest has a batch input "${spec.name}"; known are ${Object.keys(FIELDS).join(', ')}.`);
      return { spec, field, buffer: new GrowingBuffer(gpu, spec.name) };
    });
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

  destroy(): void {
    for (const { buffer } of this.#inputs) buffer.destroy();
  }
}
