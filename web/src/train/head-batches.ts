import { writeTarget, type WordTargets } from '../encode/targets.ts';
import { countOwnedWords, type Window } from '../encode/windows.ts';
import type { HeadBatch } from '../engine/engine.ts';
import { plannedSteps, wordTargets } from './batches.ts';
import { stackFeatures, type Features } from './features.ts';
import type { Prepared } from './prepare.ts';

/** Windows whose features are put together for one pass of the head: at most 25 MB at 384 numbers a word and 64 words a window. */
export const WINDOWS_A_HEAD_PASS = 256;

/** As `trainingBatches`, for the head alone: the same texts in the same order with the same targets. A step's batches are overwritten by the next step's. */
export function* headBatches(prepared: Prepared, features: Features, from = 0): Generator<HeadBatch[], never> {
  const { recipe, labels } = prepared;
  const size = recipe.microBatchSize ?? WINDOWS_A_HEAD_PASS;
  const targetsOf = wordTargets(prepared);
  // A megabyte a step would keep the garbage collector busy for a fifth of the time.
  const rooms: (Float32Array | undefined)[] = [];
  for (const { windows, epoch } of plannedSteps(prepared, from)) {
    const words = countOwnedWords(windows);
    const batches: HeadBatch[] = [];
    for (let first = 0; first < windows.length; first += size) {
      const together = windows.slice(first, first + size);
      const stacked = stackFeatures(together, features, rooms[batches.length]);
      if (stacked.length > (rooms[batches.length]?.length ?? 0)) rooms[batches.length] = stacked;
      batches.push(toHeadBatch(together, stacked, (text) => targetsOf(text, epoch), labels.length, words));
    }
    yield batches;
  }
  throw new Error('The order of batches has no end.');
}

/** `wordsInEffectiveBatch` are those of all passes of the step. */
function toHeadBatch(windows: readonly Window[], features: Float32Array, targetsOf: (text: number) => WordTargets, labels: number, wordsInEffectiveBatch: number): HeadBatch {
  const rows = countOwnedWords(windows);
  const targets = new Float32Array(rows * labels);
  let row = 0;
  for (const { text, ownedFrom, ownedTo } of windows) {
    const wanted = targetsOf(text);
    for (let word = ownedFrom; word < ownedTo; word++) writeTarget(targets, row++, wanted, word, labels);
  }
  return {
    rows,
    features,
    targets,
    weights: new Float32Array(rows).fill(1 / wordsInEffectiveBatch),
    tokens: windows.reduce((sum, { ids }) => sum + ids.length, 0),
  };
}
