import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePlacement } from '../../web/src/engine/placement.ts';
import { openHarness } from './browser.ts';
import type { Harness } from './browser.ts';
import { makeTagger } from './page/tagger.ts';
import type { Window } from '../../web/src/encode/windows.ts';
import { planMemory } from '../../web/src/train/memory.ts';
import { beyondBound } from './gradient-bound.ts';

/** The whole size takes a minute in a software GPU. */
const [texts, tokens] = process.env.TAGSMITH_BROWSER === 'all' ? [32, 128] : [8, 64];

let page: Harness;
beforeAll(async () => {
  page = await openHarness();
});
afterAll(async () => {
  expect(page.violations).toEqual([]);
  await page.close();
});

describe('WebGPU in Chromium against WASM', () => {
  it(`gives the same gradients: tiny encoder, ${texts} × ${tokens} tokens, dropout on`, async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: texts, tokens, microBatches: 1, dropout: true, devices: ['webgpu', 'wasm'] });
    expect(Object.keys(report.gradients)).toHaveLength(31);
    expect(beyondBound(report, 1e-4)).toEqual([]);
    expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-5);
    expect(report.logits.largest).toBeLessThan(1e-4);
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

  it('gives the same gradients without JSPI, as in Safari and Firefox', async () => {
    const report = await page.call('gradients', { encoder: 'tiny', size: 4, tokens: 40, microBatches: 2, dropout: true, devices: ['asyncify', 'wasm'] });
    expect(beyondBound(report, 1e-4)).toEqual([]);
  });

  it('gives the same products with fixed rows, by which examples are found', async () => {
    expect((await page.call('products', { devices: ['webgpu', 'wasm'] })).largest).toBeLessThan(1e-4);
    expect((await page.call('products', { devices: ['asyncify', 'wasm'] })).largest).toBeLessThan(1e-4);
  });

  it('gives the same losses over 20 steps of changing length', async () => {
    const argument = { encoder: 'tiny' as const, size: 8, lengths: [16, 32, 24], steps: 20 };
    const webgpu = await page.call('training', { ...argument, device: 'webgpu' });
    const wasm = await page.call('training', { ...argument, device: 'wasm' });
    console.log(`tiny, 8 × 16–32, SwiftShader: first step ${Math.round(webgpu.firstStepMs)} ms, then ${Math.round(webgpu.stepMs)} ms; WASM ${Math.round(wasm.stepMs)} ms`, webgpu.counts);
    expect(webgpu.losses).toHaveLength(20);
    webgpu.losses.forEach((loss, step) => expect(Math.abs(loss - wasm.losses[step]!), `step ${step + 1}`).toBeLessThan(1e-3));
    expect(webgpu.losses.at(-1)).toBeLessThan(0.8 * webgpu.losses[0]!);
    // Nothing is read back in a step: no step waits for the device.
    expect(webgpu.counts.maps).toBe(0);
  });

  it('goes on from parameters and moments that were read back', async () => {
    const { straight, continued } = await page.call('resumed', { device: 'webgpu' });
    expect(continued).toEqual(straight);
  });

  it('runs no operator of a step on the CPU', async () => {
    page.takeConsole();
    await page.call('training', { encoder: 'tiny', layers: 1, device: 'webgpu', size: 2, lengths: [16], steps: 1, logSeverityLevel: 0 });
    expect([...nodePlacement(page.takeConsole()).keys()]).toEqual(['WebGpuExecutionProvider']);
  });
});

/** Steps of the comparison: the whole fifty take minutes in a software GPU. */
const STEPS = process.env.TAGSMITH_BROWSER === 'all' ? 50 : 9;

describe('recorded steps', () => {
  it(`give the same bits as steps run node by node, and as the same once more, over ${STEPS} steps of changing length`, async () => {
    const argument = { encoder: 'tiny' as const, size: 4, lengths: [16, 32, 24], steps: STEPS };
    const recorded = await page.call('training', { ...argument, device: 'webgpu' });
    const plain = await page.call('training', { ...argument, device: 'uncaptured' });
    const again = await page.call('training', { ...argument, device: 'webgpu' });
    console.log(`host time of a pass in ms: ${recorded.hostMs.toFixed(1)} and ${again.hostMs.toFixed(1)} recorded, ${plain.hostMs.toFixed(1)} node by node`);
    expect(recorded.losses).toHaveLength(STEPS);
    expect(plain.losses).toEqual(recorded.losses);
    expect(again.losses).toEqual(recorded.losses);
    expect(recorded.counts.dispatches).toBe(plain.counts.dispatches);
    expect(recorded.counts.maps).toBe(0);
  });

  it('are recorded anew where a batch outgrows the buffers', async () => {
    const argument = { encoder: 'tiny' as const, size: 2, lengths: [24, 16], steps: 5, largest: { size: 1, tokens: 16 } };
    const recorded = await page.call('training', { ...argument, device: 'webgpu' });
    expect((await page.call('training', { ...argument, device: 'uncaptured' })).losses).toEqual(recorded.losses);
  });
});

describe('what a step asks of the GPU', () => {
  it('is at most 95 dispatches a layer and 45 besides, and two a tensor for clip and AdamW', async () => {
    const two = await page.call('account', { layers: 2 });
    const three = await page.call('account', { layers: 3 });
    const layer = three.pass.dispatches - two.pass.dispatches;
    const besides = two.pass.dispatches - 2 * layer;
    console.log(`dispatches: ${layer} a layer and ${besides} besides; update ${two.update.dispatches} of ${two.tensors} tensors`);
    expect(layer).toBeLessThanOrEqual(95);
    expect(besides).toBeLessThanOrEqual(45);
    expect(two.update.dispatches).toBeLessThanOrEqual(2 * two.tensors);
  });

  it('is accounted for operator by operator', async () => {
    const account = await page.call('operatorAccount', { layers: 1, batch: 2, tokens: 16 });
    const { pass } = await page.call('account', { layers: 1 });
    const { 'dropout-mask': masks = 0, embed = 0, 'sum-rows': sums = 0 } = pass.byPipeline;
    const kinds = Object.entries(account).sort(([, a], [, b]) => b.dispatches - a.dispatches);
    console.log(kinds.map(([kind, { nodes, dispatches }]) => `${kind}: ${nodes} nodes, ${dispatches} dispatches`).join('\n'));
    // Of a whole graph ONNX Runtime makes a few more or fewer than of its nodes alone.
    expect(Math.abs(kinds.reduce((sum, [, { dispatches }]) => sum + dispatches, 0) - (pass.dispatches - masks - embed - sums))).toBeLessThanOrEqual(3);
  });

  it('is no upload but the batch with its row lists and some settings, and nothing to read', async () => {
    const { pass, update, batchBytes } = await page.call('account', { layers: 2, size: 4, tokens: 32 });
    expect(pass.writtenBytes).toBeLessThan(batchBytes + 8192);
    expect(update.writtenBytes).toBeLessThan(256);
    expect(pass.maps + update.maps).toBe(0);
  });
});

describe('memory of the GPU', () => {
  const estimate = (layers: number, size: number, lengths: number[]) =>
    planMemory({ graphs: makeTagger('tiny', { layers, labels: 19 }).graphs, engine: { kind: 'webgpu', padding: { lengths } }, windows: lengths.map((length) => ({ ids: new Array<number>(length) }) as unknown as Window), batchSize: size, microBatchSize: null });

  it('is what was estimated, and the same at the end of each training', async () => {
    const lengths = [16, 32];
    const trainings = await page.call('memory', { layers: 1, size: 4, lengths: [32, 16], trainings: 2 });
    const { bytes } = estimate(1, 4, lengths);
    console.log(`GPU memory of tiny, 4 × 16 and 32: estimated ${bytes}, counted at most ${trainings.map(({ peak }) => peak).join(', ')}, left ${trainings.map(({ left }) => left).join(', ')}`);
    // The first training's gradients stay with the runtime for the second.
    const [first, second] = trainings;
    expect(Math.abs(first!.peak / bytes - 1)).toBeLessThan(0.3);
    expect(Math.abs(first!.left + second!.peak - first!.peak)).toBeLessThan(4096);
    expect(second!.left).toBeLessThan(4096);
  });
});

describe('a GPU that is short of memory', () => {
  it('trains on with half as many texts a pass, and again half', async () => {
    const { losses, whole, texts } = await page.call('shortage', { size: 4, fits: 1, steps: 3 });
    expect(texts).toBe(1);
    expect(losses).toHaveLength(3);
    losses.forEach((loss, step) => expect(Math.abs(loss - whole[step]!), `step ${step + 1}`).toBeLessThan(1e-5));
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
