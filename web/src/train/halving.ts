import type { DropoutKey, TaggerSession, TrainingBatch } from '../engine/engine.ts';
import { batchRows } from '../encode/batch-rows.ts';
import { isOutOfMemory } from './failure.ts';

/** Dropout of later parts of a batch: far from the counters of other batches. */
const PART_STRIDE = 2 ** 20;

/** Passes that get smaller where memory is short. */
export interface HalvingPasses {
  /** `TaggerSession.accumulate`; a batch that does not fit goes through in halves, quarters and so on, and so does every one after it. */
  accumulate(batch: TrainingBatch, dropout: DropoutKey | null): Promise<void>;
  /** Texts a pass since the last shortage; null where there was none. */
  readonly texts: number | null;
}

/**
 * Gradients add up over passes and every word weighs the same, so half as many texts a pass are half the memory and the same step. Parameters, gradients so
 * far and moments stay where they are. Single texts that do not fit are the end: the device's error is thrown.
 */
export function halvingPasses(session: Pick<TaggerSession, 'accumulate' | 'releasePasses'>): HalvingPasses {
  let texts: number | null = null;
  return {
    async accumulate(batch, dropout) {
      for (let first = 0, part = 0; first < batch.size; ) {
        const size = Math.min(texts ?? batch.size, batch.size);
        try {
          await session.accumulate(size === batch.size ? batch : batchRows(batch, first, size), dropout && { ...dropout, counter: dropout.counter + part * PART_STRIDE });
          first += size;
          part++;
        } catch (error) {
          if (!isOutOfMemory(error) || size === 1) throw error;
          texts = Math.ceil(size / 2);
          await session.releasePasses();
        }
      }
    },
    get texts() {
      return texts;
    },
  };
}
