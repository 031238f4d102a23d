import type { Graph } from '../graph/graph.ts';
import type { Dim } from './manifest.ts';
import type { Value } from '../graph/value.ts';
import type { Pooling } from '../models/config.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';


export interface WordPlaces {
  batch: Dim;
  tokens: Dim;
  words: Dim;
  /** `[batch, tokens]`, int64: 1 for a token, 0 for padding, which is at the end. */
  mask: Value;
  /** `[batch, words]`, int64: where the first sub-token of each word is; beyond a text's last word any number from `tokens` on. */
  wordStarts: Value;
}

/**
 * `[batch, words, tokens]`: the weight of each sub-token in each word. A word goes up to the next one's first sub-token, the last word of a
 * text up to its last token, which is the end mark. Places are whole numbers, so that a comparison is a difference cut off at 0 and 1.
 */
export function wordPooling(g: Graph, pooling: Pooling, { batch, tokens, words, mask, wordStarts }: WordPlaces): Value {
  const float = (value: Value): Value => g.op('Cast', [value], { to: DATA_TYPES.float32 });
  const indicator = (value: Value): Value => g.op('Clip', [value, g.scalar(0), g.scalar(1)]);
  /** 1 where a whole number is 0. */
  const isZero = (value: Value): Value => indicator(g.op('Sub', [g.scalar(1), g.op('Mul', [value, value])]));

  const position = g.reshape(float(count(g, mask)), [batch, 1, tokens]);
  const start = g.reshape(float(wordStarts), [batch, words, 1]);
  const behind = g.op('Sub', [position, start]); // [batch, words, tokens]
  if (pooling === 'first') return isZero(behind);

  const begun = indicator(g.op('Add', [behind, g.scalar(1)]));
  const wordOfToken = g.op('Sub', [g.op('ReduceSum', [begun, g.integers([1])], { keepdims: 1 }), g.scalar(1)]); // [batch, 1, tokens]
  const wordIndex = g.reshape(float(count(g, wordStarts)), [batch, words, 1]);
  const length = g.op('ReduceSum', [g.reshape(float(mask), [batch, 1, tokens]), g.integers([2])], { keepdims: 1 }); // [batch, 1, 1]
  const isText = indicator(g.op('Sub', [g.op('Sub', [length, g.scalar(1)]), position]));
  const weights = g.op('Mul', [isZero(g.op('Sub', [wordOfToken, wordIndex])), isText]);
  if (pooling === 'sum') return weights;
  // A word beyond the last has no sub-token.
  const size = g.op('Clip', [g.op('ReduceSum', [weights, g.integers([2])], { keepdims: 1 }), g.scalar(1)]);
  return g.op('Div', [weights, size]);
}

/** 0, 1, 2, … along the second axis, in the shape of an int64 matrix. */
export function count(g: Graph, like: Value): Value {
  const ones = g.op('Add', [g.op('Mul', [like, g.integers([0])]), g.integers([1])]);
  return g.op('Sub', [g.op('CumSum', [ones, g.integers([1])]), g.integers([1])]);
}
