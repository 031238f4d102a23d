import type { TrainingBatch } from '../engine.ts';

/** What the heaviest word weighs in the scaled loss, and less than twice that: gradients then lie in the middle of float16's range, 6e-8 to 65,504. */
const HEAVIEST = 64;

/**
 * The power of two by which a batch's words are made heavier in half precision, loss and gradients with them (Micikevicius et al. 2018, section 3.2). Words weigh
 * 1 / (words of the step), so that one constant would be too large for small steps and too small for large ones. All words of a step weigh the same; null where none weighs anything.
 */
export function lossScaleOf({ weights }: Pick<TrainingBatch, 'weights'>): number | null {
  const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  return heaviest > 0 ? 2 ** Math.ceil(Math.log2(HEAVIEST / heaviest)) : null;
}

/** The batch whose loss is `scale` times as large. */
export function scaled(batch: TrainingBatch, scale: number): TrainingBatch {
  return scale === 1 ? batch : { ...batch, weights: batch.weights.map((weight) => weight * scale) };
}
