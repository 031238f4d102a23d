import { describe, expect, it } from 'vitest';
import type { Window } from '../../web/src/encode/windows.ts';
import { planMemory } from '../../web/src/train/memory.ts';
import { beyondBound } from './gradient-bound.ts';
import { makeTagger } from './page/tagger.ts';
import { sharedPage } from './shared-page.ts';

const page = sharedPage();

const thorough = process.env.TAGSMITH_BROWSER === 'all';
const STEPS = thorough ? 50 : 12;
/** Of two devices that round differently, fifty steps on. */
const LOSS_BOUND = thorough ? 1e-3 : 1e-4;

/** The same for a program that plays a GPU, where they are what a training has; `together` are those for real GPUs. */
describe('shaders of our own', () => {
  it('take the memory that was estimated, for all lengths together, and the same in each training', async () => {
    const [layers, size, lengths] = [3, 4, [16, 32]];
    const trainings = await page.call('memory', { layers, size, lengths: [32, 16], trainings: [{ recompute: false }, { recompute: true }, { recompute: false }] });
    const estimate = (recompute: boolean): number =>
      planMemory({ graphs: makeTagger('tiny', { layers, labels: 19, recompute }).graphs, engine: { kind: 'webgpu', usesPrograms: () => true, padding: { lengths } }, windows: lengths.map((length) => ({ ids: new Array<number>(length) }) as unknown as Window), batchSize: size, microBatchSize: null }).bytes;
    const [first, second, third] = trainings as [(typeof trainings)[0], (typeof trainings)[0], (typeof trainings)[0]];
    const [counted, estimates] = [[first.peak, first.left + second.peak], [estimate(false), estimate(true)]];
    console.log(`GPU memory of tiny, ${layers} layers, 4 × 16 and 32: estimated ${estimates.join(' and again ')}, counted ${counted.join(' and again ')}, left ${trainings.map(({ left }) => left).join(', ')}`);
    counted.forEach((bytes, i) => expect(Math.abs(bytes / estimates[i]! - 1)).toBeLessThan(0.3));
    expect(counted[1]).toBeLessThan(0.9 * counted[0]!);
    // The second length takes nothing but its batch and masks.
    expect(first.passes[1]).toBe(first.passes[0]);
    expect(Math.abs(first.left + third.peak - first.peak)).toBeLessThan(4096);
  });

  it(`give the same bits once more, with activations computed again, and the losses of WASM to ${LOSS_BOUND}, over ${STEPS} steps of changing length`, async () => {
    const argument = { encoder: 'tiny' as const, layers: 2, size: 4, lengths: [16, 32, 24], steps: STEPS };
    const { losses, hostMs, counts } = await page.call('training', { ...argument, device: 'webgpu' });
    console.log(`host time of a pass: ${hostMs.toFixed(1)} ms`);
    expect(losses).toHaveLength(STEPS);
    expect((await page.call('training', { ...argument, device: 'webgpu' })).losses).toEqual(losses);
    const again = await page.call('training', { ...argument, device: 'webgpu', recompute: true });
    expect(again.losses).toEqual(losses);
    expect(again.counts.dispatches).toBeGreaterThan(counts.dispatches);
    expect(counts.maps).toBe(0);
    const wasm = await page.call('training', { ...argument, device: 'wasm' });
    losses.forEach((loss, step) => expect(Math.abs(loss - wasm.losses[step]!), `step ${step + 1}`).toBeLessThan(LOSS_BOUND));
  });

  it('give the same bits where a batch outgrows the buffers', async () => {
    const argument = { encoder: 'tiny' as const, size: 2, lengths: [24, 16], steps: 5, device: 'webgpu' as const };
    const grown = await page.call('training', { ...argument, largest: { size: 1, tokens: 16 } });
    expect((await page.call('training', argument)).losses).toEqual(grown.losses);
  });

  it.each(['webgpu', 'together'] as const)('give the same gradients as WASM for 3 texts of 21 tokens, which fill no block and no tile: %s', async (device) => {
    const report = await page.call('gradients', { encoder: 'tiny', layers: 1, size: 3, tokens: 21, microBatches: 1, dropout: true, devices: [device, 'wasm'] });
    expect(Object.keys(report.gradients)).toHaveLength(19);
    expect(beyondBound(report, 1e-4)).toEqual([]);
    expect(Math.abs(report.losses[0] - report.losses[1])).toBeLessThan(1e-5);
  });

  it('are made again where the driver refused one, who says so in words, and nothing is left behind', async () => {
    const { message, advice, losses, left } = await page.call('refusedShader');
    expect(message).toMatch(/^The GPU's driver could not make a program of the shader "\w+": no registers$/);
    expect(advice).toMatch(/train on the CPU/);
    expect(losses).toEqual([expect.any(Number)]);
    expect(left).toBe(0);
  });

  it('are at most 32 dispatches a layer and 20 besides, and nothing is sent but the batch, nothing read', async () => {
    const two = await page.call('account', { layers: 2, size: 4, tokens: 32, device: 'webgpu' });
    const three = await page.call('account', { layers: 3, size: 4, tokens: 32, device: 'webgpu' });
    const layer = three.pass.dispatches - two.pass.dispatches;
    const besides = two.pass.dispatches - 2 * layer;
    console.log(`dispatches: ${layer} a layer and ${besides} besides`, two.pass.byPipeline);
    expect(layer).toBeLessThanOrEqual(32);
    expect(besides).toBeLessThanOrEqual(20);
    expect(two.pass.writtenBytes).toBeLessThan(two.batchBytes + 8192);
    expect(two.pass.maps + two.update.maps).toBe(0);
  });
});
