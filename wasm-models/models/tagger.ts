import type { BatchDims, ParameterSpec, TensorSpec } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import { product } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { Dropout } from '../nn/dropout.ts';
import { linear, within } from '../nn/linear.ts';
import type { EncoderConfig } from './config.ts';
import { embed } from './embeddings.ts';
import { encoder } from './encoder.ts';

/** The inputs that change with every batch; the last two are for training alone. */
export function batchInputs({ batch, tokens }: BatchDims, labels: number): TensorSpec[] {
  return [
    { name: 'input_ids', dtype: 'int32', shape: [batch, tokens] },
    { name: 'position_ids', dtype: 'int32', shape: [batch, tokens] },
    { name: 'token_type_ids', dtype: 'int32', shape: [batch, tokens] },
    { name: 'attention_bias', dtype: 'float32', shape: [batch, tokens] },
    { name: 'pooling', dtype: 'float32', shape: [batch, tokens, tokens] },
    { name: 'targets', dtype: 'float32', shape: [batch, tokens, labels] },
    { name: 'weights', dtype: 'float32', shape: [batch, tokens] },
  ];
}

export interface TaggerForward {
  /** `[rows, hidden]`: the sum of the tables' rows, whose gradient is the tables' gradient before it is summed by row. */
  embeddings: Value;
  /** `[rows, labels]`, a row a word slot. */
  logits: Value;
}

/** Encoder, pooling of sub-tokens to words, linear head. Where the batch brings `embeddings`, the tables are no inputs; `recompute` as in `EncoderInput`. */
export function tagger(g: Graph, parameters: readonly ParameterSpec[], batch: ReadonlyMap<string, Value>, dims: BatchDims, config: EncoderConfig, dropout: Dropout, recompute = false): TaggerForward {
  const summed = batch.get('embeddings');
  const values = new Map(parameters.filter(({ rowsOf }) => !(summed && rowsOf)).map((parameter) => [parameter.name, g.input(parameter.name, parameter.shape)]));
  const parameter = (name: string): Value => {
    const value = values.get(name);
    if (!value) throw new Error(`The model has no parameter called ${name}.`);
    return value;
  };
  const rows = product(dims.batch, dims.tokens);
  const input = (name: string): Value => batch.get(name)!;

  const tables = parameters.filter((spec) => spec.rowsOf !== undefined);
  const embeddings = summed ?? embed(g, tables.map((table) => ({ table: parameter(table.name), indices: input(table.rowsOf!) })), rows);
  const attentionBias = g.reshape(input('attention_bias'), [dims.batch, 1, 1, dims.tokens]);
  const hidden = encoder(g, parameter, { ...dims, embeddings, attentionBias, fused: typeof dims.batch === 'number' || summed !== undefined, recompute }, config, dropout);
  const logits = g.scope('head', () => {
    const dropped = dropout.apply(g, hidden, 'hidden', config.hiddenDropout, 'head');
    const words = g.op('MatMul', [input('pooling'), g.reshape(dropped, [dims.batch, dims.tokens, config.hiddenSize])], {}, 'words');
    return linear(g, g.reshape(words, [rows, config.hiddenSize]), within(parameter, 'head'));
  });
  return { embeddings, logits };
}
