import { expect, it } from 'vitest';
import { sharedPage } from '../shared-page.ts';

const page = sharedPage();
const kept = { recompute: false };

/** Shaders of our own, and ONNX Runtime's. */
const devices = ['webgpu', 'recorded'] as const;

it.each(devices)('300 steps of two lengths take no more memory than the first two: %s', async (device) => {
  const lengths = Array.from({ length: 300 }, (_, step) => (step % 2 === 0 ? 32 : 16));
  const [training] = await page.call('memory', { device, layers: 1, size: 4, lengths, trainings: [kept] });
  console.log(`GPU memory after steps 1, 2, 3, 10, 100 and 300: ${[1, 2, 3, 10, 100, 300].map((step) => training!.passes[step - 1]).join(', ')}; at most ${training!.peak}`);
  expect(training!.passes).toHaveLength(300);
  expect(new Set(training!.passes.slice(2)).size).toBe(1);
});

it.each(devices)('ten trainings in one tab: each gives back what it took: %s', async (device) => {
  const trainings = await page.call('memory', { device, layers: 1, size: 4, lengths: [32, 16], trainings: Array.from({ length: 10 }, () => kept) });
  console.log(`peaks ${trainings.map(({ peak }) => peak).join(', ')}; left ${trainings.map(({ left }) => left).join(', ')}`);
  // What the first one leaves with the runtime, the others use again.
  const [first, ...others] = trainings;
  for (const { peak, left } of others) {
    expect(left).toBeLessThan(4096);
    expect(peak).toBeLessThanOrEqual(first!.peak);
  }
  expect(others.reduce((sum, { left }) => sum + left, 0)).toBeLessThan(16_384);
});
