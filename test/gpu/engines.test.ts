import { describe, expect, it } from 'vitest';
import { nodePlacement } from '../../web/src/engine/placement.ts';
import { openHarness } from './browser.ts';
import { beyondBound } from './gradient-bound.ts';
import { sharedPage } from './shared-page.ts';

/** The whole size takes minutes in a software GPU. */
const whole = process.env.TAGSMITH_BROWSER === 'all';
const [texts, tokens, steps] = whole ? [32, 128, 20] : [6, 48, 6];

const page = sharedPage();

describe('WebGPU in Chromium against WASM', () => {
  it(`gives the same gradients: tiny encoder, ${texts} × ${tokens} tokens, dropout on`, async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: texts, tokens, microBatches: 1, dropout: true, devices: ['webgpu', 'wasm'] });
    expect(Object.keys(report.gradients)).toHaveLength(31);
    expect(beyondBound(report, 1e-4)).toEqual([]);
    expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-5);
    expect(report.logits.largest).toBeLessThan(1e-4);
  });

  it("gives the same gradients with ONNX Runtime's shaders, recorded", async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: 4, tokens: 40, microBatches: 2, dropout: true, devices: ['recorded', 'wasm'] });
    expect(beyondBound(report, 1e-4)).toEqual([]);
    expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-5);
  });

  it('adds up micro-batches of different lengths, with the embeddings and a layer frozen', async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: 4, tokens: 40, microBatches: 3, dropout: true, devices: ['webgpu', 'wasm'], freeze: '^(embeddings|encoder\\.layer\\.0)\\.' });
    expect(Object.keys(report.gradients)).toHaveLength(14);
    expect(beyondBound(report, 1e-4)).toEqual([]);
  });

  it('adds up micro-batches with the tables trained, dropout off', async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: 4, tokens: 40, microBatches: 2, dropout: false, devices: ['webgpu', 'wasm'] });
    expect(beyondBound(report, 1e-4)).toEqual([]);
  });

  it("gives the same gradients without JSPI, with ONNX Runtime's shaders", async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: 4, tokens: 40, microBatches: 2, dropout: true, devices: ['asyncify', 'wasm'] });
    expect(beyondBound(report, 1e-4)).toEqual([]);
  });

  it('gives the same products with fixed rows, by which examples are found', async () => {
    expect((await page.call('products', { devices: ['webgpu', 'asyncify'] })).largest).toBeLessThan(1e-6);
    // The processor computes them in bytes.
    expect((await page.call('products', { devices: ['webgpu', 'wasm'] })).largest).toBeLessThan(0.01);
  });

  it(`gives the same losses over ${steps} steps of changing length`, async () => {
    const argument = { encoder: 'tiny' as const, size: 8, lengths: [16, 32], steps };
    const webgpu = await page.call('training', { ...argument, device: 'webgpu' });
    const wasm = await page.call('training', { ...argument, device: 'wasm' });
    console.log(`tiny, 8 × 16–32, SwiftShader: first step ${Math.round(webgpu.firstStepMs)} ms, then ${Math.round(webgpu.stepMs)} ms; WASM ${Math.round(wasm.stepMs)} ms`, webgpu.counts);
    expect(webgpu.losses).toHaveLength(steps);
    webgpu.losses.forEach((loss, step) => expect(Math.abs(loss - wasm.losses[step]!), `step ${step + 1}`).toBeLessThan(1e-3));
    expect(webgpu.losses.at(-1)).toBeLessThan((whole ? 0.8 : 0.9) * webgpu.losses[0]!);
    // Nothing is read back in a step: no step waits for the device.
    expect(webgpu.counts.maps).toBe(0);
  });

  it('goes on from parameters and moments that were read back', async () => {
    const { straight, continued } = await page.call('resumed', { device: 'webgpu' });
    expect(continued).toEqual(straight);
  });

  it('runs no operator of a step on the CPU', async () => {
    page.takeConsole();
    await page.call('training', { encoder: 'tiny', layers: 1, device: 'recorded', size: 2, lengths: [16], steps: 1, logSeverityLevel: 0 });
    expect([...nodePlacement(page.takeConsole()).keys()]).toEqual(['WebGpuExecutionProvider']);
  });
});

describe('the choice of a device', () => {
  it('takes the CPU by itself where the GPU is a program, and says so', async () => {
    const chosen = await page.call('choice', { device: 'auto' });
    expect(chosen).toMatchObject({ kind: 'wasm', name: expect.stringMatching(/^CPU, \d threads?$/), notes: [expect.stringMatching(/slower than the CPU itself/)] });
  });

  it('takes the GPU where it is asked for', async () => {
    expect(await page.call('choice', { device: 'webgpu' })).toMatchObject({ kind: 'webgpu', notes: [] });
  });
});

describe('a browser without WebGPU', () => {
  it('trains on the CPU and says what is missing', async () => {
    const without = await openHarness({ webgpu: false });
    try {
      const chosen = await without.call('choice', { device: 'auto' });
      expect(chosen).toMatchObject({ kind: 'wasm', notes: [expect.stringMatching(/^This browser has (no WebGPU|WebGPU but offers no GPU)/)] });
      expect(await without.call('choice', { device: 'webgpu' })).toMatchObject({ error: expect.stringMatching(/WebGPU/), advice: expect.stringMatching(/train on the CPU/) });
      const { losses } = await without.call('training', { encoder: 'tiny', device: 'wasm', size: 4, lengths: [16], steps: 2 });
      expect(losses).toHaveLength(2);
      expect(without.violations).toEqual([]);
    } finally {
      await without.close();
    }
  });
});
