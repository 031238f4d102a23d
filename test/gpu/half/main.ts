import assert from 'node:assert/strict';
import { halfPrecision, recomputing } from '../../../wasm-models/index.ts';
import type { TaggerSession } from '../../../web/src/engine/engine.ts';
import { countGpuWork, takeGpuWork } from '../../../web/src/engine/webgpu/account.ts';
import type { ProgramOptions } from '../../../wasm-models/wgsl/program.ts';
import type { PassOptions } from '../../../web/src/engine/webgpu/passes.ts';
import { norm, outOfBound } from '../../wasm-models/reference.ts';
import { ENCODERS, makeBatch, makeTagger } from '../page/tagger.ts';
import { openDawn } from './dawn.ts';

/**
 * Half precision on a GPU that has it, or on a program with 16-bit floats that plays one: `npm run test:half`. Chromium's own software GPU has none, so
 * this is Chromium's WebGPU (Dawn) in Node. On llvmpipe it takes seconds; `npm run test:half -- minilm` adds steps of MiniLM's size.
 */
const dawn = await openDawn();
countGpuWork();
console.log(`${dawn.gpu.name}, 16-bit floats`);

const LABELS = 19;
const SETTINGS = { learningRate: { encoder: 1e-3, head: 1e-2 }, weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1 };

type EncoderName = keyof typeof ENCODERS;

/** Whose shaders the present checks run: ONNX Runtime's, or ours, which work together in workgroups or not. */
const SHADERS: Record<string, ProgramOptions | null> = { "ONNX Runtime's shaders": null, 'our own, threads alone': { together: false }, 'our own, threads together': { together: true } };
/** On a program that plays a GPU these are compiled for minutes: one check says that they are right. */
const SLOW = 'our own, threads together';
let programs: ProgramOptions | null = null;

interface Way {
  half?: boolean;
  recompute?: boolean;
  passes?: number;
  capture?: boolean;
  steps?: number;
}

function open(encoder: EncoderName, { half = true, recompute = false, capture = true }: Way, sizes: { batch: number; tokens: number }, layers = ENCODERS[encoder].layers): { session: Promise<TaggerSession>; parameters: Map<string, Float32Array> } {
  const { graphs, parameters } = makeTagger(encoder, { labels: LABELS, layers });
  const precise = half ? halfPrecision(graphs) : graphs;
  const options: PassOptions = { capture, programs };
  return { session: dawn.open(recompute ? recomputing(precise) : precise, parameters, { ...options, largest: sizes }), parameters };
}

/** Losses, and the gradients of the first step, of steps with changing lengths. */
async function train(encoder: EncoderName, way: Way, [batch, lengths]: [number, number[]] = [8, [32, 24]]): Promise<{ losses: number[]; gradients: Map<string, Float32Array>; left: number }> {
  const { passes = 1, steps = 6 } = way;
  const session = await open(encoder, way, { batch, tokens: Math.max(...lengths) }).session;
  let gradients = new Map<string, Float32Array>();
  for (let step = 1; step <= steps; step++) {
    for (let pass = 0; pass < passes; pass++) await session.accumulate(makeBatch(batch, lengths[step % lengths.length]!, ENCODERS[encoder].vocabularySize, step % 3, LABELS), { seed: 3, counter: step });
    if (step === 1) gradients = await session.readGradients();
    await session.update({ ...SETTINGS, step });
  }
  const losses = await session.takeLosses();
  const left = session.leftOut.updates;
  await session.dispose();
  return { losses, gradients, left };
}

/** How far the losses of two trainings are apart at most. */
const apart = (one: number[], other: number[]): number => Math.max(...one.map((loss, step) => Math.abs(loss - other[step]!)));

/** The gradient that is furthest off, as `outOfBound` measures it. */
function furthest(gradients: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): string {
  const floor = 1e-3 * norm([...expected.values()].map(norm));
  const off = [...expected].map(([name, reference]) => norm(reference.map((value, i) => value - gradients.get(name)![i]!)) / (norm(reference) + floor));
  return `gradients off by at most ${(100 * Math.max(...off)).toFixed(2)} %`;
}

const checks: Record<string, () => Promise<string>> = {
  'gradients are those of float32 to 1 %, losses to 0.002 over six steps': async () => {
    const [full, half] = [await train('tiny', { half: false }), await train('tiny', {})];
    assert.deepEqual(outOfBound(half.gradients, full.gradients, 0.01), []);
    assert.notDeepEqual(outOfBound(half.gradients, full.gradients, 1e-5), [], 'that is float32');
    assert(apart(half.losses, full.losses) < 2e-3);
    assert.equal(half.left, 0);
    return `${furthest(half.gradients, full.gradients)}, losses apart by ${apart(half.losses, full.losses).toExponential(1)}`;
  },
  'recorded, node by node, once more: the same bits; with layers computed again as well, or to 0.001': async () => {
    const { losses } = await train('tiny', {});
    for (const way of [{ capture: false }, {}]) assert.deepEqual((await train('tiny', way)).losses, losses, JSON.stringify(way));
    const again = (await train('tiny', { recompute: true })).losses;
    // Ours round what goes through memory, and where that is depends on what is kept.
    if (programs === null) assert.deepEqual(again, losses, 'computed again');
    else assert(apart(again, losses) < 1e-3);
    return `${losses.length} steps${programs === null ? '' : `, computed again apart by ${apart(again, losses).toExponential(1)}`}`;
  },
  'gradients of three passes add up': async () => {
    const [full, half] = [await train('tiny', { half: false, passes: 3, steps: 2 }), await train('tiny', { passes: 3, steps: 2 })];
    assert.deepEqual(outOfBound(half.gradients, full.gradients, 0.01), []);
    return '';
  },
  'a first pass without a word that counts leaves the loss scale to the next one': async () => {
    const gradientsOf = async (half: boolean): Promise<Map<string, Float32Array>> => {
      const session = await open('tiny', { half }, { batch: 4, tokens: 24 }).session;
      const batch = makeBatch(4, 24, ENCODERS.tiny.vocabularySize, 1, LABELS);
      await session.accumulate({ ...batch, weights: batch.weights.map(() => 0) }, null);
      await session.accumulate({ ...batch, weights: batch.weights.map((weight) => weight / 2 ** 16) }, null);
      const gradients = await session.readGradients();
      await session.dispose();
      return gradients;
    };
    const full = await gradientsOf(false);
    assert.deepEqual(outOfBound(await gradientsOf(true), full, 0.01), []);
    return '';
  },
  'goes on from parameters and moments that were read back': async () => {
    const sizes = { batch: 4, tokens: 24 };
    const run = async (session: TaggerSession, from: number, to: number): Promise<number[]> => {
      for (let step = from; step <= to; step++) {
        await session.accumulate(makeBatch(sizes.batch, sizes.tokens, ENCODERS.tiny.vocabularySize, step, LABELS), { seed: 3, counter: step });
        await session.update({ ...SETTINGS, step });
      }
      return session.takeLosses();
    };
    const first = await open('tiny', {}, sizes).session;
    await run(first, 1, 3);
    const kept = { parameters: await first.readParameters(), moments: await first.readMoments() };
    const straight = await run(first, 4, 6);
    const second = await open('tiny', {}, sizes).session;
    await second.writeParameters(kept.parameters);
    await second.writeMoments(kept.moments);
    assert.deepEqual(await run(second, 4, 6), straight);
    await first.dispose();
    await second.dispose();
    return '';
  },
  'an update whose gradients overflow is left out and counted': async () => {
    const sizes = { batch: 2, tokens: 16 };
    const { session: opening, parameters } = open('tiny', {}, sizes);
    const session = await opening;
    // So large that the way back through the first layer's feed-forward part leaves the range of float16.
    const name = 'encoder.layer.0.feed_forward.up.weight';
    await session.writeParameters(new Map([[name, parameters.get(name)!.map((value) => value * 3e5)]]));
    const before = await session.readParameters();
    await session.accumulate(makeBatch(sizes.batch, sizes.tokens, ENCODERS.tiny.vocabularySize, 1, LABELS), null);
    await session.update({ ...SETTINGS, step: 1 });
    await session.takeLosses();
    assert.deepEqual(session.leftOut, { updates: 1, inARow: 1 });
    assert.deepEqual(await session.readParameters(), before);
    await session.dispose();
    return '';
  },
  'a large step of words that are all alike, with a large head, trains as in float32': async () => {
    const large = async (half: boolean): Promise<{ losses: number[]; gradients: Map<string, Float32Array> }> => {
      const { session: opening, parameters } = open('tiny', { half }, { batch: 64, tokens: 128 });
      const session = await opening;
      await session.writeParameters(new Map(['head.weight', 'head.bias'].map((name) => [name, parameters.get(name)!.map((value) => 4 * value)])));
      const batch = makeBatch(64, 128, ENCODERS.tiny.vocabularySize, 1, LABELS);
      // In the direction that all words push, gradients add up instead of cancelling.
      const targets = new Float32Array(batch.targets.length).map((_, i) => (i % LABELS === 3 ? 1 : 0));
      let gradients = new Map<string, Float32Array>();
      for (let step = 1; step <= 3; step++) {
        await session.accumulate({ ...batch, targets }, null);
        if (step === 1) gradients = await session.readGradients();
        await session.update({ ...SETTINGS, step });
      }
      const losses = await session.takeLosses();
      assert.equal(session.leftOut.updates, 0);
      await session.dispose();
      return { losses, gradients };
    };
    const [full, half] = [await large(false), await large(true)];
    assert(half.losses.at(-1)! < 0.9 * half.losses[0]!);
    assert(apart(full.losses, half.losses) < 0.02);
    assert.deepEqual(outOfBound(half.gradients, full.gradients, 0.1), []);
    return `${furthest(half.gradients, full.gradients)}, losses apart by ${apart(full.losses, half.losses).toExponential(1)}`;
  },
  'a layer asks for at most 95 dispatches': async () => {
    const count = async (layers: number): Promise<number> => {
      const session = await open('tiny', {}, { batch: 2, tokens: 16 }, layers).session;
      const batch = makeBatch(2, 16, ENCODERS.tiny.vocabularySize, 1, LABELS);
      for (let counter = 1; counter <= 3; counter++) {
        takeGpuWork();
        await session.accumulate(batch, { seed: 3, counter });
        if (counter < 3) await session.update({ ...SETTINGS, step: counter });
      }
      const { dispatches } = takeGpuWork();
      await session.dispose();
      return dispatches;
    };
    const layer = (await count(3)) - (await count(2));
    assert(layer <= 95 && layer > 0, `${layer}`);
    return `${layer}`;
  },
};

if (process.argv.includes('minilm')) {
  checks['gradients of MiniLM’s size are those of float32 to 3 %, losses to 0.02 over three steps'] = async () => {
    const shape: [number, number[]] = [8, [32]];
    const [full, half] = [await train('minilm', { half: false, steps: 3 }, shape), await train('minilm', { steps: 3 }, shape)];
    assert.deepEqual(outOfBound(half.gradients, full.gradients, 0.03), []);
    assert(apart(half.losses, full.losses) < 0.02);
    return `${furthest(half.gradients, full.gradients)}, losses apart by ${apart(half.losses, full.losses).toExponential(1)}`;
  };
}

let [total, failed] = [0, 0];
for (const [whose, options] of Object.entries(SHADERS)) {
  programs = options;
  for (const [name, check] of Object.entries(checks).slice(0, whose === SLOW ? 1 : Infinity)) {
    total++;
    const began = performance.now();
    const told = (mark: string, what: string): void => console.log(`${mark} ${whose}: ${name}${what && `: ${what}`} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    try {
      told('✓', await check());
    } catch (error) {
      failed++;
      told('✗', (error as Error).message);
    }
  }
}
console.log(`${total - failed} passed, ${failed} failed`);
// Dawn's threads would keep the program open.
process.exit(failed > 0 ? 1 : 0);
