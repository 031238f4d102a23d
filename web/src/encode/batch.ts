import type { Pooling } from '../../../wasm-models/models/config.ts';
import type { Batch, TrainingBatch } from '../engine/engine.ts';
import { writeTarget, type WordTargets } from './targets.ts';
import type { Window } from './windows.ts';

/** Added to the attention scores of padding: exp of anything near it is exactly 0 in float32. */
export const PADDING_BIAS = -1e9;

export interface BatchOptions {
  /** Padded length. */
  tokens: number;
  /** Texts of the batch; rows beyond the windows given are padding throughout. As many as there are windows unless given. */
  size?: number;
  /** Token id → row of the word embedding. */
  rowOf(id: number): number;
  /** Token id of padding. */
  padding: number;
  /** Row of the first token's position. */
  positionOffset: number;
  pooling: Pooling;
}

/** The length to pad windows to: the longest, brought up to what the engine wants (`Engine.padding`). */
export function paddedLength(windows: readonly Window[], padding: { lengths: readonly number[] } | { multipleOf: number }): number {
  const longest = windows.reduce((length, { ids }) => Math.max(length, ids.length), 1);
  if ('multipleOf' in padding) return Math.ceil(longest / padding.multipleOf) * padding.multipleOf;
  const length = padding.lengths.find((candidate) => candidate >= longest);
  if (length === undefined) throw new RangeError(`A window has ${longest} sub-tokens, but the device takes at most ${Math.max(...padding.lengths)}.`);
  return length;
}

/** Windows side by side. The window's word k takes slot k. */
export function toBatch(windows: readonly Window[], { tokens, size = windows.length, rowOf, padding, positionOffset, pooling }: BatchOptions): Batch {
  if (size < windows.length) throw new RangeError(`A batch of ${size} can't take ${windows.length} windows.`);
  const cells = size * tokens;
  const batch: Batch = {
    size,
    tokens,
    inputIds: new Int32Array(cells).fill(rowOf(padding)),
    positionIds: new Int32Array(cells).fill(positionOffset),
    tokenTypeIds: new Int32Array(cells),
    attentionBias: new Float32Array(cells).fill(PADDING_BIAS),
    pooling: new Float32Array(cells * tokens),
  };
  windows.forEach(({ ids, wordStarts }, index) => {
    if (ids.length > tokens) throw new RangeError(`A window of ${ids.length} sub-tokens doesn't fit a padded length of ${tokens}.`);
    const row = index * tokens;
    ids.forEach((id, position) => {
      batch.inputIds[row + position] = rowOf(id);
      batch.positionIds[row + position] = positionOffset + position;
      batch.attentionBias[row + position] = 0;
    });
    for (let word = 0; word + 1 < wordStarts.length; word++) {
      const start = wordStarts[word]!;
      const length = pooling === 'first' ? 1 : wordStarts[word + 1]! - start;
      const slot = (row + word) * tokens;
      batch.pooling.fill(pooling === 'mean' ? 1 / length : 1, slot + start, slot + start + length);
    }
  });
  return batch;
}

export interface TrainingBatchOptions extends BatchOptions {
  labels: number;
  /** Words owned by all windows of the optimizer step, which may span several micro-batches. */
  wordsInEffectiveBatch: number;
}

/** A batch with the targets of the words its windows own; the others are context and weigh nothing. `targetsOf(text)` are those of a whole text. */
export function toTrainingBatch(windows: readonly Window[], targetsOf: (text: number) => WordTargets, options: TrainingBatchOptions): TrainingBatch {
  const { tokens, labels, wordsInEffectiveBatch } = options;
  const batch = toBatch(windows, options);
  const targets = new Float32Array(batch.size * tokens * labels);
  const weights = new Float32Array(batch.size * tokens);
  windows.forEach(({ text, firstWord, ownedFrom, ownedTo }, index) => {
    const wanted = targetsOf(text);
    for (let word = ownedFrom; word < ownedTo; word++) {
      const slot = index * tokens + word - firstWord;
      writeTarget(targets, slot, wanted, word, labels);
      weights[slot] = 1 / wordsInEffectiveBatch;
    }
  });
  return { ...batch, targets, weights };
}

/** Visits the row of scores `[labels]` of every owned word in a batch's logits `[size, tokens, labels]`. The row is a view. */
export function forEachOwnedWord(windows: readonly Window[], logits: Float32Array, tokens: number, labels: number, visit: (text: number, word: number, scores: Float32Array) => void): void {
  windows.forEach(({ text, firstWord, ownedFrom, ownedTo }, index) => {
    for (let word = ownedFrom; word < ownedTo; word++) {
      const slot = index * tokens + word - firstWord;
      visit(text, word, logits.subarray(slot * labels, (slot + 1) * labels));
    }
  });
}
