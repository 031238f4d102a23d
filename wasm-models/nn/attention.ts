import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { swapLast } from '../ops/movement.ts';
import type { Dropout } from './dropout.ts';
import { linear, type Parameters, within } from './linear.ts';

export interface AttentionOptions {
  batch: Dim;
  tokens: Dim;
  heads: number;
  dropout: Dropout;
  dropoutRate: number;
  /** Name of the dropout site. */
  site: string;
}

/**
 * Multi-head self-attention (Vaswani et al. 2017, section 3.2) without its output projection: `[rows, hidden]` → `[rows, hidden]`.
 * `bias` `[batch, 1, 1, tokens]` is added to the scores. Query, key and value are one matrix product.
 */
export function selfAttention(g: Graph, x: Value, bias: Value, parameters: Parameters, options: AttentionOptions): Value {
  const { batch, tokens, heads, dropout, dropoutRate, site } = options;
  const [rows, hidden] = x.shape as [Dim, number];
  const size = hidden / heads;
  const qkv = g.scope('qkv', () => linear(g, x, within(parameters, 'qkv')));
  const parts = g.op('Transpose', [g.reshape(qkv, [batch, tokens, 3, heads, size])], { perm: [2, 0, 3, 1, 4] }); // [3, batch, heads, tokens, size]
  const [query, key, value] = g
    .node('Split', [parts], { axis: 0, num_outputs: 3 }, 'split')
    .map((part) => g.reshape(part, [batch, heads, tokens, size])) as [Value, Value, Value];
  const scores = g.op('Mul', [g.op('MatMul', [query, swapLast(g, key)]), g.scalar(1 / Math.sqrt(size))], {}, 'scores'); // [batch, heads, tokens, tokens]
  const weights = g.op('Softmax', [g.op('Add', [scores, bias])], { axis: -1 }, 'weights');
  const dropped = dropout.apply(g, weights, 'attention', dropoutRate, site);
  const context = g.op('MatMul', [dropped, value], {}, 'context'); // [batch, heads, tokens, size]
  return g.reshape(g.op('Transpose', [context], { perm: [0, 2, 1, 3] }), [rows, hidden]);
}
