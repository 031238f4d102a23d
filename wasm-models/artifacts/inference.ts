import { Graph } from '../graph/graph.ts';
import { prune } from '../graph/prune.ts';
import { product } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { EncoderConfig, Pooling } from '../models/config.ts';
import { embed } from '../models/embeddings.ts';
import { encoder } from '../models/encoder.ts';
import { taggerParameters } from '../models/parameters.ts';
import { noDropout } from '../nn/dropout.ts';
import { linear, within } from '../nn/linear.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';
import { encodeModel } from '../onnx/encode.ts';
import { quantizeWeights } from './quantize.ts';
import { count, wordPooling } from './word-pooling.ts';

/** As in training: the exponential of anything this low is 0. */
const MASKED = -1e9;

export interface InferenceOptions {
  /**
   * Gives a row a word, pooled so, instead of a row a sub-token. The model then has one input more, int64 `word_starts` `[batch, words]`:
   * the position of each word's first sub-token in `input_ids`. Texts with fewer words are filled up with the sequence's length, or any
   * number above; their rows mean nothing. Every word goes up to the next, the last one up to the end mark; padding is at the end.
   */
  words?: Pooling;
  /** Weights as bytes: a quarter of the size, at some loss. */
  int8?: boolean;
}

/**
 * A trained tagger as one ONNX file with the signature that other tools expect of a token classifier: int64 `input_ids`,
 * `attention_mask` and, where the encoder was trained with two segments, `token_type_ids`, all `[batch, sequence]`; output `logits`
 * `[batch, sequence, labels]`, one row a sub-token. That is the trained model where a word's vector is its first sub-token's; for the
 * others `words` makes `logits` `[batch, words, labels]`.
 */
export function buildInference(config: EncoderConfig, labels: number, parameters: ReadonlyMap<string, Float32Array>, { words, int8 = false }: InferenceOptions = {}): Uint8Array {
  const g = new Graph();
  const dims = { batch: 'batch', tokens: 'sequence' };
  const shape = [dims.batch, dims.tokens];
  const rows = product(...shape);
  const inputIds = g.input('input_ids', shape, 'int64');
  const mask = g.input('attention_mask', shape, 'int64');
  const segments = config.tokenTypes > 1 ? g.input('token_type_ids', shape, 'int64') : null;
  const wordShape = [dims.batch, 'words'];
  const wordStarts = words ? g.input('word_starts', wordShape, 'int64') : null;

  const sizes = { embeddingRows: config.vocabularySize, positions: config.maxPositions };
  const constants = new Map(taggerParameters(config, labels, sizes).map(({ name, shape }) => [name, g.constant(name, shape, required(parameters, name))]));
  const parameter = (name: string): Value => constants.get(name)!;

  const tokenTypes = segments ?? g.op('Mul', [inputIds, g.integers([0])], {}, 'segments');
  const embeddings = embed(
    g,
    [
      { table: parameter('embeddings.word.weight'), indices: inputIds },
      { table: parameter('embeddings.position.weight'), indices: g.scope('positions', () => positions(g, inputIds, mask, config)) },
      ...(config.tokenTypes > 0 ? [{ table: parameter('embeddings.token_type.weight'), indices: tokenTypes }] : []),
    ],
    rows,
  );
  const present = g.op('Cast', [mask], { to: DATA_TYPES.float32 }, 'present');
  const attentionBias = g.reshape(g.op('Mul', [g.op('Sub', [g.scalar(1), present]), g.scalar(MASKED)]), [dims.batch, 1, 1, dims.tokens]);
  const hidden = encoder(g, parameter, { ...dims, embeddings, attentionBias, fused: false }, config, noDropout);
  const classify = (vectors: Value, outer: string[]): Value => g.reshape(g.scope('head', () => linear(g, vectors, within(parameter, 'head'))), [...outer, labels]);
  const logits = wordStarts
    ? classify(g.scope('words', () => {
        const weights = wordPooling(g, words!, { ...dims, words: 'words', mask, wordStarts });
        return g.reshape(g.op('MatMul', [weights, g.reshape(hidden, [...shape, config.hiddenSize])]), [product(...wordShape), config.hiddenSize]);
      }), wordShape)
    : classify(hidden, shape);
  g.output(logits, 'logits');
  prune(g);
  // The head is small, and its errors are nobody's to make good.
  if (int8) quantizeWeights(g, (weight) => weight === 'head.weight');
  return encodeModel(g, 'tagger');
}

/** BERT counts every position; RoBERTa counts tokens and gives padding the row before the first. */
function positions(g: Graph, inputIds: Value, mask: Value, config: EncoderConfig): Value {
  if (config.positionOffset === 0) return count(g, inputIds);
  return g.op('Add', [g.op('Mul', [g.op('CumSum', [mask, g.integers([1])]), mask]), g.integers([config.positionOffset - 1])]);
}

function required(parameters: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const value = parameters.get(name);
  if (!value) throw new Error(`The parameter ${name} is missing.`);
  return value;
}
