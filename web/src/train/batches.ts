import { paddedLength, toTrainingBatch } from '../encode/batch.ts';
import { planBatches } from '../encode/order.ts';
import { hardTargets } from '../encode/targets.ts';
import { countOwnedWords } from '../encode/windows.ts';
import type { Engine, TrainingBatch } from '../engine/engine.ts';
import type { Prepared } from './prepare.ts';

/** The micro-batches of each step, for ever. Texts of like length go together; every word of a step weighs the same, whichever micro-batch holds it. */
export function* trainingBatches({ encoder, recipe, labels, train, vocabulary }: Prepared, microBatchSize: number, padding: Engine['padding']): Generator<TrainingBatch[], never> {
  const targets = train.tags.map((tags) => hardTargets(tags, labels));
  const lengths = train.windows.map(({ ids }) => ids.length);
  for (const chosen of planBatches({ lengths, batchSize: recipe.batchSize, sampling: recipe.sampling, seed: recipe.seed })) {
    const windows = chosen.map((index) => train.windows[index]!).sort((a, b) => a.ids.length - b.ids.length);
    const wordsInEffectiveBatch = countOwnedWords(windows);
    const batches: TrainingBatch[] = [];
    for (let first = 0; first < windows.length; first += microBatchSize) {
      const together = windows.slice(first, first + microBatchSize);
      batches.push(
        toTrainingBatch(together, (text) => targets[text]!, {
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
