import { describe, expect, it } from 'vitest';
import type { Window } from '../../web/src/encode/windows.ts';
import { planMemory } from '../../web/src/train/memory.ts';
import { makeTagger } from './page/tagger.ts';
import { sharedPage } from './shared-page.ts';

const page = sharedPage();

// Before all others: what they leave with the runtime would be used again here and not be counted.
describe('memory of the GPU', () => {
  const estimate = (layers: number, size: number, lengths: number[], recompute: boolean) =>
    planMemory({ graphs: makeTagger('tiny', { layers, labels: 19, recompute }).graphs, engine: { kind: 'webgpu', padding: { lengths } }, windows: lengths.map((length) => ({ ids: new Array<number>(length) }) as unknown as Window), batchSize: size, microBatchSize: null });

  it('is what was estimated, and the same at the end of each training, whether activations are kept or computed again', async () => {
    const [layers, size, lengths] = [3, 4, [16, 32]];
    const trainings = await page.call('memory', { device: 'recorded', layers, size, lengths: [32, 16], trainings: [{ recompute: false }, { recompute: true }, { recompute: false }] });
    const estimates = [false, true].map((recompute) => estimate(layers, size, lengths, recompute).bytes);
    // The first training's gradients stay with the runtime for those that follow.
    const [first, second, third] = trainings as [(typeof trainings)[0], (typeof trainings)[0], (typeof trainings)[0]];
    const counted = [first.peak, first.left + second.peak];
    console.log(`GPU memory of tiny, ${layers} layers, 4 × 16 and 32: estimated ${estimates.join(' and again ')}, counted ${counted.join(' and again ')}, left ${trainings.map(({ left }) => left).join(', ')}`);
    counted.forEach((bytes, i) => expect(Math.abs(bytes / estimates[i]! - 1)).toBeLessThan(0.3));
    expect(counted[1]).toBeLessThan(0.95 * counted[0]!);
    expect(Math.abs(first.left + third.peak - first.peak)).toBeLessThan(4096);
    expect(second.left + third.left).toBeLessThan(8192);
  });
});

const thorough = process.env.TAGSMITH_BROWSER === 'all';
/** Steps of the comparison: the whole fifty take minutes in a software GPU; six are each of three lengths recorded, and once repeated. */
const STEPS = thorough ? 50 : 6;

describe("recorded steps of ONNX Runtime's", () => {
  it(`give the same bits as steps run node by node, as the same once more, and as those that compute activations again, over ${STEPS} steps of changing length`, async () => {
    const argument = { encoder: 'tiny' as const, layers: thorough ? 2 : 1, size: 4, lengths: [16, 32, 24], steps: STEPS };
    const recorded = await page.call('training', { ...argument, device: 'recorded' });
    const plain = await page.call('training', { ...argument, device: 'uncaptured' });
    const again = await page.call('training', { ...argument, device: 'recorded' });
    console.log(`host time of a pass in ms: ${recorded.hostMs.toFixed(1)} and ${again.hostMs.toFixed(1)} recorded, ${plain.hostMs.toFixed(1)} node by node`);
    expect(recorded.losses).toHaveLength(STEPS);
    expect(plain.losses).toEqual(recorded.losses);
    expect(again.losses).toEqual(recorded.losses);
    expect(recorded.counts.dispatches).toBe(plain.counts.dispatches);
    expect(recorded.counts.maps).toBe(0);
    const recomputed = await page.call('training', { ...argument, device: 'recorded', recompute: true });
    expect(recomputed.losses).toEqual(recorded.losses);
    expect(recomputed.counts.dispatches).toBeGreaterThan(recorded.counts.dispatches);
  });

  it('are recorded anew where a batch outgrows the buffers', async () => {
    const argument = { encoder: 'tiny' as const, size: 2, lengths: [24, 16], steps: 5, largest: { size: 1, tokens: 16 } };
    const recorded = await page.call('training', { ...argument, device: 'recorded' });
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

describe('a GPU that is short of memory', () => {
  it.each(['recorded', 'webgpu'] as const)('trains on with half as many texts a pass, and again half: %s', async (device) => {
    const { losses, whole, texts } = await page.call('shortage', { device, size: 4, fits: 1, steps: 3 });
    expect(texts).toBe(1);
    expect(losses).toHaveLength(3);
    losses.forEach((loss, step) => expect(Math.abs(loss - whole[step]!), `step ${step + 1}`).toBeLessThan(1e-5));
  });
});
