import type { TrainingBatch } from '../engine.ts';

/**
 * What the heaviest word weighs in the scaled loss, and less than twice that. Gradients of parameters are sums over words and grow with a step's: with 1, those of
 * 8,192 words reach 2,000 to 6,000 of the 65,504 that float16 has, and small ones are as exact as with 64.
 */
const HEAVIEST = 1;

/**
 * The power of two by which a batch's words are made heavier in half precision, loss and gradients with them (Micikevicius et al. 2018, section 3.2). Words weigh
 * 1 / (words of the step), so that one constant would lose the gradients of large steps. All words of a step weigh the same; null where none weighs anything.
 */
export function lossScaleOf({ weights }: Pick<TrainingBatch, 'weights'>): number | null {
  const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  return heaviest > 0 ? 2 ** Math.ceil(Math.log2(HEAVIEST / heaviest)) : null;
}

/** The batch whose loss is `scale` times as large. */
export function scaled(batch: TrainingBatch, scale: number): TrainingBatch {
  return scale === 1 ? batch : { ...batch, weights: batch.weights.map((weight) => weight * scale) };
}
