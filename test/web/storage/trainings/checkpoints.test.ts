import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Checkpoints } from '../../../../web/src/storage/trainings/checkpoints.ts';
import type { Checkpoint } from '../../../../web/src/train/checkpoint.ts';
import { MemoryFolder } from './memory-folder.ts';

function checkpointAt(step: number, bestStep: number | null = null): Checkpoint {
  const tensors = (base: number) => new Map([['a.weight', Float32Array.from({ length: 7 }, (_, index) => base + step / (index + 1))], ['b', Float32Array.of(base - step)], ['none', new Float32Array(0)]]);
  return {
    progress: { state: { step, passes: 2 * step, best: { step: bestStep ?? 0, score: bestStep === null ? null : 0.5, withoutBetter: 0 } }, losses: Array.from({ length: step }, (_, index) => 1 / (index + 1)), evaluations: [], bestEvaluation: null, device: 'CPU, 1 thread', milliseconds: 12.5 },
    parameters: tensors(0),
    moments: { first: tensors(100), second: tensors(200) },
    bestParameters: bestStep === null ? null : new Map([['a.weight', Float32Array.of(bestStep)]]),
  };
}

async function kept(steps: readonly [step: number, best: number | null][]): Promise<MemoryFolder> {
  const folder = new MemoryFolder();
  const checkpoints = new Checkpoints(folder);
  for (const [step, best] of steps) await checkpoints.save(checkpointAt(step, best));
  return folder;
}

describe('checkpoints of a training', () => {
  test('come back as they were, the newest first, from whatever place', async () => {
    expect(await new Checkpoints(new MemoryFolder()).read()).toBeNull();
    expect(await new Checkpoints(new MemoryFolder()).progress()).toBeNull();
    for (const count of [1, 2, 3, 4]) {
      const folder = await kept(Array.from({ length: count }, (_, index) => [10 * (index + 1), index > 0 ? 10 : null]));
      expect(await new Checkpoints(folder).read()).toEqual(checkpointAt(10 * count, count > 1 ? 10 : null));
      expect((await new Checkpoints(folder).progress())?.state.step).toBe(10 * count);
    }
  });

  test('write the best parameters once, and keep those that one of the two needs', async () => {
    const folder = await kept([[10, 5], [20, 5]]);
    const before = folder.written;
    const again = new Checkpoints(folder);
    await again.read();
    await again.save(checkpointAt(30, 5));
    const withOldBest = folder.written - before;
    await again.save(checkpointAt(40, 35));
    expect(folder.written - before - withOldBest).toBeGreaterThan(withOldBest);
    expect([...folder.files.keys()].filter((name) => name.startsWith('best')).toSorted()).toEqual(['best-35.bin', 'best-5.bin']);
    await again.save(checkpointAt(50, 45));
    expect([...folder.files.keys()].filter((name) => name.startsWith('best')).toSorted()).toEqual(['best-35.bin', 'best-45.bin']);
  });

  test('stand or fall whole: killed at any byte, the one before or the new one comes back', async () => {
    const before = await kept([[10, null], [20, 15]]);
    const whole = new MemoryFolder(before.files);
    await new Checkpoints(whole).save(checkpointAt(30, 25));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.written - 1 }), async (bytes) => {
        const killed = new MemoryFolder(before.files, bytes);
        await expect(new Checkpoints(killed).save(checkpointAt(30, 25))).rejects.toThrow('killed');
        const after = new Checkpoints(new MemoryFolder(killed.files));
        expect(await after.read()).toEqual(checkpointAt(20, 15));
        // What is kept next is sound again.
        await after.save(checkpointAt(31, 25));
        expect(await after.read()).toEqual(checkpointAt(31, 25));
      }),
      { seed: 1, numRuns: 200 },
    );
    expect(await new Checkpoints(whole).read()).toEqual(checkpointAt(30, 25));
  });

  test('that were changed on the disk are not taken', async () => {
    const folder = await kept([[10, null], [20, 15]]);
    for (const name of ['b.bin', 'b.json', 'best-15.bin']) {
      await fc.assert(
        fc.asyncProperty(fc.nat(folder.files.get(name)!.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
          const spoilt = new MemoryFolder(folder.files);
          const bytes = spoilt.files.get(name)!.slice();
          bytes[place]! ^= flip;
          spoilt.files.set(name, bytes);
          expect(await new Checkpoints(spoilt).read()).toEqual(checkpointAt(10));
        }),
        { seed: 2, numRuns: 50 },
      );
    }
  });
});
