import { describe, expect, it } from 'vitest';
import { sharedPage } from './shared-page.ts';

const page = sharedPage();

describe('our own shaders give what their TypeScript twins give', () => {
  it('AdamW with a clip: odd sizes, two groups, five steps', async () => {
    const tensors = await page.call('optimizer', { shapes: [[3, 5], [1], [130, 257], [64, 64], [70_001]], steps: 5, clipNorm: 1 });
    for (const { parameters, first, second, repeatable } of tensors) {
      expect(parameters.largest).toBeLessThan(2e-6);
      expect(first.norm).toBeLessThan(2e-6 * first.referenceNorm);
      expect(second.norm).toBeLessThan(2e-6 * second.referenceNorm);
      expect(repeatable).toBe(true);
    }
  });

  it('AdamW without a clip leaves large gradients as they are', async () => {
    const [tensor] = await page.call('optimizer', { shapes: [[1000, 33]], steps: 2, clipNorm: null });
    expect(tensor!.first.norm).toBeLessThan(1e-6 * tensor!.first.referenceNorm);
  });

  it.each([false, true])('AdamW of tensors that the graph knows in float16, from gradients times 512, summed over passes in float32: %s', async (folds) => {
    const tensors = await page.call('optimizer', { shapes: [[3, 5], [1], [130, 257], [70_001]], steps: 3, clipNorm: 1, half: true, lossScale: 512, folds });
    for (const { parameters, first, second, repeatable, wrongCopies } of tensors) {
      expect(parameters.largest).toBeLessThan(2e-6);
      expect(first.norm).toBeLessThan(2e-6 * first.referenceNorm);
      expect(second.norm).toBeLessThan(2e-6 * second.referenceNorm);
      expect([repeatable, wrongCopies]).toEqual([true, 0]);
    }
    const [unclipped] = await page.call('optimizer', { shapes: [[1000, 33]], steps: 2, clipNorm: null, half: true, lossScale: 512, folds });
    expect(unclipped!.first.norm).toBeLessThan(1e-6 * unclipped!.first.referenceNorm);
  });

  it.each([{ half: true, poison: 1e6 }, { half: true, poison: NaN }, { half: false, poison: Infinity }])('an update with a gradient that is no finite number is left out whole: $poison, float16 $half', async (how) => {
    const lossScale = how.half ? 64 : 1;
    const tensors = await page.call('optimizer', { shapes: [[64, 64], [130]], steps: 3, clipNorm: 1, lossScale, ...how });
    // The reference stops one step before.
    for (const { parameters, first, second, wrongCopies } of tensors) {
      expect(parameters.largest).toBeLessThan(2e-6);
      expect(first.norm).toBeLessThan(2e-6 * first.referenceNorm);
      expect(second.norm).toBeLessThan(2e-6 * second.referenceNorm);
      expect(wrongCopies).toBe(0);
    }
  });

  it('dropout masks in float16, bit by bit', async () => {
    const masks = await page.call('dropoutMasks', { batch: 3, tokens: 21, seed: 5, half: true });
    expect(masks.map(({ input, difference }) => [input, difference.unequal])).toEqual(masks.map(({ input }) => [input, 0]));
  });

  it('dropout masks, bit by bit', async () => {
    for (const sizes of [{ batch: 32, tokens: 128, seed: 1 }, { batch: 1, tokens: 5, seed: 0xffffffff }]) {
      const masks = await page.call('dropoutMasks', sizes);
      expect(masks.map(({ input, difference }) => [input, difference.unequal])).toEqual(masks.map(({ input }) => [input, 0]));
      if (sizes.batch > 1) expect(masks[0]!.dropped).toBeCloseTo(0.1, 2);
    }
  });

  it('row sums over two micro-batches, absent rows 0, the same bits twice', async () => {
    for (const shape of [{ rows: 1000, width: 64, occurrences: 4096 }, { rows: 2, width: 33, occurrences: 900 }, { rows: 7, width: 1, occurrences: 3 }]) {
      const sums = await page.call('rowSums', shape);
      expect(sums.norm).toBeLessThan(1e-6 * sums.referenceNorm);
      expect(sums.absentRowsAreZero).toBe(true);
      expect(sums.repeatable).toBe(true);
    }
  });

  it('sums of the rows of three tables, bit by bit', async () => {
    expect(await page.call('lookUp', { rows: [1000, 130, 2], width: 65, tokens: 700 })).toBe(0);
    expect(await page.call('lookUp', { rows: [50, 7], width: 64, tokens: 33 })).toBe(0);
  });

  it('gradients of three micro-batches', async () => {
    expect((await page.call('accumulated', { elements: 1_000_003 })).unequal).toBe(0);
    expect((await page.call('accumulated', { elements: 10_003, half: true })).unequal, 'in float16, their sum in float32').toBe(0);
  });
});

describe('the device', () => {
  it("comes with its adapter's limits and a name", async () => {
    const adapter = await page.call('adapter');
    expect(adapter.name).toMatch(/swiftshader/i);
    expect(adapter.software).toBe(true);
    expect(adapter.limits['maxStorageBufferBindingSize']).toBeGreaterThanOrEqual(2 ** 27);
  });

  it('says in words what went wrong', async () => {
    const faults = await page.call('faults');
    expect(faults.tooLarge).toMatch(/^embeddings\.word\.weight takes 4194304 MiB in one piece; this GPU allows \d+ MiB\.$/);
    expect(faults.invalid).toMatch(/^The GPU refused a command for a strange buffer: /);
    expect(faults.lost).toMatch(/^The browser took the GPU away \(destroyed/);
    expect(faults.afterwards).toBe(faults.lost);
  });
});
