import { expect, it } from 'vitest';
import { openHarness } from '../browser.ts';
import { beyondBound } from '../gradient-bound.ts';

it('a MiniLM step of 8 × 64 tokens gives the gradients of the CPU on WebGPU in Chromium', async () => {
  const page = await openHarness();
  try {
    const report = await page.call('gradients', { encoder: 'minilm', size: 8, tokens: 64, microBatches: 1, dropout: true, devices: ['webgpu', 'wasm'] });
    console.log(`MiniLM, 8 × 64, SwiftShader: ${Math.round(report.stepMs[0]!)} ms with the making of the session`);
    expect(Object.keys(report.gradients)).toHaveLength(79);
    expect(beyondBound(report, 1e-3)).toEqual([]);
    expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-4);
    expect(page.violations).toEqual([]);
  } finally {
    await page.close();
  }
});
