import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { timesTransposed } from '../ops/linalg.ts';
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
 * Factor of query, key and value: of both factors of the scores it gives 1/√size. The matrix product before takes it for nothing, and the one
 * behind, which has to undo it for the value, too.
 */
export const queryScale = (size: number): number => size ** -0.25;

/**
 * Multi-head self-attention (Vaswani et al. 2017, section 3.2) without its output projection: `[rows, hidden]` → `[rows, hidden]`, times `queryScale`.
 * `bias` `[batch, 1, 1, tokens]` is added to the scores. Query, key and value are one matrix product.
 */
export function selfAttention(g: Graph, x: Value, bias: Value, parameters: Parameters, options: AttentionOptions): Value {
  const { batch, tokens, heads, dropout, dropoutRate, site } = options;
  const [rows, hidden] = x.shape as [Dim, number];
  const size = hidden / heads;
  const qkv = g.scope('qkv', () => linear(g, x, within(parameters, 'qkv'), { scale: queryScale(size) }));
  const parts = g.op('Transpose', [g.reshape(qkv, [batch, tokens, 3, heads, size])], { perm: [2, 0, 3, 1, 4] }); // [3, batch, heads, tokens, size]
  const [query, key, value] = g
    .node('Split', [parts], { axis: 0, num_outputs: 3 }, 'split')
    .map((part) => g.reshape(part, [batch, heads, tokens, size])) as [Value, Value, Value];
  const scores = g.op('Add', [timesTransposed(g, query, key), bias], {}, 'scores'); // [batch, heads, tokens, tokens]
  const weights = g.op('Softmax', [scores], { axis: -1 }, 'weights');
  const dropped = dropout.apply(g, weights, 'attention', dropoutRate, site);
  // With P the weights, M the mask and D = P·M: dP = M·dD, and P·dP is D·dD, which needs no dP.
  g.group(dropped, [scores], (gradient) => {
    const along = g.op('Mul', [dropped, gradient]);
    return [g.op('Sub', [along, g.op('Mul', [weights, g.op('ReduceSum', [along, g.integers([-1])], { keepdims: 1 })])])];
  });
  const context = g.op('MatMul', [dropped, value], {}, 'context'); // [batch, heads, tokens, size]
  return g.reshape(g.op('Transpose', [context], { perm: [0, 2, 1, 3] }), [rows, hidden]);
}
