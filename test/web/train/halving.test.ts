import { describe, expect, it } from 'vitest';
import { DeviceFault } from '../../../web/src/engine/webgpu/fault.ts';
import type { DropoutKey, TrainingBatch } from '../../../web/src/engine/engine.ts';
import { halvingPasses } from '../../../web/src/train/halving.ts';
import { makeBatch } from '../../gpu/page/tagger.ts';

/** A device with room for passes of so many texts. */
function device(room: number, failure: () => Error = () => new DeviceFault('out-of-memory', 'The GPU has not enough memory.', '')) {
  const passes: { batch: TrainingBatch; dropout: DropoutKey | null }[] = [];
  let released = 0;
  return {
    passes,
    released: () => released,
    async accumulate(batch: TrainingBatch, dropout: DropoutKey | null) {
      if (batch.size > room) throw failure();
      passes.push({ batch, dropout });
    },
    async releasePasses() {
      released++;
    },
  };
}

describe('passes on a device that is short of memory', () => {
  it('get smaller until they fit, and stay so', async () => {
    const session = device(3);
    const halving = halvingPasses(session);
    await halving.accumulate(makeBatch(10, 8, 50, 1), { seed: 1, counter: 7 });
    expect(session.passes.map(({ batch }) => batch.size)).toEqual([3, 3, 3, 3]);
    expect(session.released()).toBe(2);
    expect(halving.texts).toBe(3);
    await halving.accumulate(makeBatch(10, 8, 50, 2), { seed: 1, counter: 8 });
    expect(session.passes).toHaveLength(8);
    expect(session.released()).toBe(2);
    expect(new Set(session.passes.map(({ dropout }) => dropout!.counter)).size).toBe(8);
  });

  it('hold every text and every weight once, and beyond the last text padding', async () => {
    const session = device(3);
    const whole = makeBatch(10, 8, 50, 1);
    await halvingPasses(session).accumulate(whole, null);
    for (const field of ['inputIds', 'positionIds', 'attentionBias', 'pooling', 'targets', 'weights'] as const) {
      const parts = session.passes.flatMap(({ batch }) => Array.from(batch[field]));
      expect(parts.slice(0, whole[field].length), field).toEqual(Array.from(whole[field]));
    }
    const last = session.passes.at(-1)!.batch;
    expect(Array.from(last.weights.subarray(8))).toEqual(new Array(16).fill(0));
    expect(last.attentionBias.subarray(8).every((bias) => bias < -1e6)).toBe(true);
  });

  it('say so where not even one text fits, and pass on every other error', async () => {
    await expect(halvingPasses(device(0)).accumulate(makeBatch(4, 8, 50, 1), null)).rejects.toThrow('not enough memory');
    await expect(halvingPasses(device(0, () => new Error('std::bad_alloc'))).accumulate(makeBatch(1, 8, 50, 1), null)).rejects.toThrow('bad_alloc');
    const session = device(0, () => new Error('something else'));
    await expect(halvingPasses(session).accumulate(makeBatch(4, 8, 50, 1), null)).rejects.toThrow('something else');
    expect(session.released()).toBe(0);
  });

  it('leave a batch that fits as it is', async () => {
    const session = device(10);
    const batch = makeBatch(10, 8, 50, 1);
    await halvingPasses(session).accumulate(batch, null);
    expect(session.passes[0]!.batch).toBe(batch);
  });
});
