import { expect, it } from 'vitest';
import { beyondBound } from '../gradient-bound.ts';
import { sharedPage } from '../shared-page.ts';

const page = sharedPage();

it('a layer of RoBERTa base with 64 texts of 128 tokens gives the gradients of WASM with shaders of our own: attention [64, 12, 128, 128], products of 8192 × 768 × 3072, norms of 8192 rows', async () => {
  const report = await page.call('gradients', { encoder: 'base', size: 64, tokens: 128, microBatches: 1, dropout: true, devices: ['webgpu', 'wasm'] });
  console.log(`base, one layer, 64 × 128, SwiftShader: ${Math.round(report.stepMs[0]!)} ms with the making of the session`);
  expect(Object.keys(report.gradients)).toHaveLength(19);
  expect(beyondBound(report, 1e-4)).toEqual([]);
  expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-5);
});
