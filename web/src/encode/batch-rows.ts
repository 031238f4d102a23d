import type { TrainingBatch } from '../engine/engine.ts';
import { PADDING_BIAS } from './batch.ts';

/** Texts `first` … `first + size` of a batch; beyond its last text are texts of padding that weigh nothing. */
export function batchRows(batch: TrainingBatch, first: number, size: number): TrainingBatch {
  const cut = <Values extends Int32Array | Float32Array>(values: Values, make: (length: number) => Values): Values => {
    const each = values.length / batch.size;
    const part = make(size * each);
    part.set(values.subarray(first * each, (first + size) * each));
    return part;
  };
  const integers = (values: Int32Array): Int32Array => cut(values, (length) => new Int32Array(length));
  const floats = (values: Float32Array, padding = 0): Float32Array => cut(values, (length) => new Float32Array(length).fill(padding));
  return {
    size,
    tokens: batch.tokens,
    inputIds: integers(batch.inputIds),
    positionIds: integers(batch.positionIds),
    tokenTypeIds: integers(batch.tokenTypeIds),
    attentionBias: floats(batch.attentionBias, PADDING_BIAS),
    pooling: floats(batch.pooling),
    targets: floats(batch.targets),
    weights: floats(batch.weights),
  };
}
