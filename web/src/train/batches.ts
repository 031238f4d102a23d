import { paddedLength, toTrainingBatch } from '../encode/batch.ts';
import { planBatches } from '../encode/order.ts';
import { mixtureShares } from '../encode/mixture.ts';
import { hardTargets, mixedTargets, type MixedWord, type WordTargets } from '../encode/targets.ts';
import { countOwnedWords, type Window } from '../encode/windows.ts';
import type { Engine, TrainingBatch } from '../engine/engine.ts';
import { fork } from '../dataset/random.ts';
import { epochsAfter } from './epoch.ts';
import type { Prepared } from './prepare.ts';

/** The micro-batches of each step after the first `from`, for ever. Texts of like length go together; every word of a step weighs the same, whichever micro-batch holds it. */
export function* trainingBatches(prepared: Prepared, microBatchSize: number, padding: Engine['padding'], from = 0): Generator<TrainingBatch[], never> {
  const { encoder, recipe, labels, vocabulary } = prepared;
  const targetsOf = wordTargets(prepared);
  for (const { windows, epoch } of plannedSteps(prepared, from)) {
    const wordsInEffectiveBatch = countOwnedWords(windows);
    const batches: TrainingBatch[] = [];
    for (let first = 0; first < windows.length; first += microBatchSize) {
      const together = windows.slice(first, first + microBatchSize);
      batches.push(
        toTrainingBatch(together, (text) => targetsOf(text, epoch), {
          tokens: paddedLength(together, padding),
          // A captured graph has one size.
          ...('lengths' in padding ? { size: microBatchSize } : {}),
          rowOf: vocabulary.rowOf,
          padding: encoder.tokenizer.special.padding,
          positionOffset: encoder.config.positionOffset,
          pooling: recipe.pooling,
          labels: labels.length,
          wordsInEffectiveBatch,
        }),
      );
    }
    yield batches;
  }
  throw new Error('The order of batches has no end.');
}

/** The texts of each step after the first `from`, the shortest first, and the epoch the step is of; for ever, and the same each time it is asked. */
export function* plannedSteps({ recipe, train }: Pick<Prepared, 'recipe' | 'train'>, from = 0): Generator<{ windows: Window[]; epoch: number }, never> {
  let step = 0;
  const lengths = train.windows.map(({ ids }) => ids.length);
  for (const chosen of planBatches({ lengths, batchSize: recipe.batchSize, sampling: recipe.sampling, seed: recipe.seed })) {
    if (step >= from) {
      const windows = chosen.map((index) => train.windows[index]!).sort((a, b) => a.ids.length - b.ids.length);
      yield { windows, epoch: epochsAfter(step, recipe, lengths.length) };
    }
    step++;
  }
  throw new Error('The order of batches has no end.');
}

/** The targets of a text in an epoch. What a text draws for its mixed words depends on the seed, the epoch and its place alone, so a run that goes on later draws the same. */
export function wordTargets({ recipe, labels, train }: Pick<Prepared, 'recipe' | 'labels' | 'train'>): (text: number, epoch: number) => WordTargets {
  const hard = train.tags.map((tags) => hardTargets(tags, labels));
  const mixed = new Map([...train.mixed].map(([text, words]) => [text, [...words].map(([word, tags]): MixedWord => ({ word, labels: [...hardTargets(tags, labels)] }))]));
  const drawn = new Map<number, { draw: number; targets: WordTargets }>();
  return (text, epoch) => {
    const words = mixed.get(text);
    if (!words) return hard[text]!;
    const draw = recipe.mixDraw === 'once' ? 0 : epoch;
    let latest = drawn.get(text);
    if (latest?.draw !== draw) {
      const { float } = fork(recipe.seed, `mixture ${draw} ${text}`);
      latest = { draw, targets: mixedTargets(hard[text]!, words, labels.length, (count) => mixtureShares(count, recipe.mixAlpha, float)) };
      drawn.set(text, latest);
    }
    return latest.targets;
  };
}
