import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine, TaggerSession } from '../../../../web/src/engine/engine.ts';
import { encoderShapes } from '../../../../web/src/train/bench/encoders.ts';
import { isEnough, measureSteps, type Stage } from '../../../../web/src/train/bench/measure.ts';
import { randomTagger } from '../../../../web/src/train/bench/random-tagger.ts';

const tagger = randomTagger(encoderShapes.tiny);

/** A device that takes so long, on a clock that only it moves. Waiting for it takes a millisecond by itself. */
function device(kind: Engine['kind'], cost: { host: number; pass: number; update: number }) {
  let now = 0;
  let queue = 0;
  const calls: string[] = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const give = (what: string, ms: number): Promise<void> => {
    calls.push(what);
    now += cost.host;
    if (kind === 'webgpu') queue += ms;
    else now += ms;
    return Promise.resolve();
  };
  const settled = (): Promise<void> => {
    now += queue + 1;
    queue = 0;
    return Promise.resolve();
  };
  const session = {
    accumulate: ({ size }: { size: number }) => give(`pass ${size}`, cost.pass),
    update: () => give('update', cost.update),
    takeLosses: () => settled().then(() => []),
    dispose: () => Promise.resolve(),
  } as unknown as TaggerSession;
  const engine = { kind, open: () => Promise.resolve(session) } as unknown as Engine;
  return { place: kind === 'webgpu' ? { engine, settled } : { engine }, calls };
}

describe('measured steps', () => {
  beforeEach(() => void vi.restoreAllMocks());
  afterEach(() => void vi.restoreAllMocks());

  test('on a GPU the halves are waited for and whole steps are queued; waiting itself is not counted', async () => {
    const { place } = device('webgpu', { host: 2, pass: 10, update: 4 });
    const times = await measureSteps(place, { tagger, batch: 2, tokens: 16, most: 5 });
    expect(times.forwardBackwardMs).toEqual({ median: 12, p90: 12 });
    expect(times.optimizerMs).toEqual({ median: 6, p90: 6 });
    expect(times.hostMs).toBe(4);
    // 500 ms hold 27 steps of 18 ms, and one look at the losses.
    expect(times.stepMs.median).toBeCloseTo(18 + 1 / 27, 10);
    expect(times.measured).toBe(5 + 5 * 27);
  });

  test('on the CPU each step is timed by itself, and there is no time of a host', async () => {
    const { place, calls } = device('wasm', { host: 0, pass: 10, update: 4 });
    const times = await measureSteps(place, { tagger, batch: 2, tokens: 16, most: 5 });
    expect(times).toMatchObject({ stepMs: { median: 14, p90: 14 }, forwardBackwardMs: { median: 10 }, hostMs: null, gpu: null, measured: 5, passes: 1 });
    expect(calls.filter((call) => call === 'update')).toHaveLength(3 + 5);
  });

  test('texts that do not fit at once go through in passes of one size, the last one filled up', async () => {
    const { place, calls } = device('wasm', { host: 0, pass: 10, update: 4 });
    const times = await measureSteps(place, { tagger, batch: 5, tokens: 16, textsAPass: 2, most: 3 });
    expect(times).toMatchObject({ passes: 3, stepMs: { median: 34 } });
    expect(calls.slice(0, 4)).toEqual(['pass 2', 'pass 2', 'pass 2', 'update']);
  });

  test('a slow device is not waited for long, and what goes on is told', async () => {
    const { place } = device('wasm', { host: 0, pass: 900, update: 100 });
    const told: Stage[] = [];
    const times = await measureSteps(place, { tagger, batch: 2, tokens: 16, most: 30, milliseconds: 1500 }, (stage) => told.push(stage));
    expect(times.measured).toBe(3);
    expect(told.map(({ name }) => name)).toEqual(['session', 'first-step', 'warm-up', 'warm-up', 'measuring', 'measuring', 'measuring']);
  });
});

test('figures are enough when there are as many as asked for, three after their time, one after ten times that', () => {
  const times = { most: 30, milliseconds: 5000 };
  expect(isEnough(times, 30, 10)).toBe(true);
  expect(isEnough(times, 29, 4000)).toBe(false);
  expect(isEnough(times, 3, 5001)).toBe(true);
  expect(isEnough(times, 2, 5001)).toBe(false);
  expect(isEnough(times, 1, 50_001)).toBe(true);
  expect(isEnough({ most: 2, milliseconds: Infinity }, 2, 1)).toBe(true);
});

test('equal taggers are drawn each time, and their weights have the spread of a new encoder', () => {
  const [one, other] = [randomTagger(encoderShapes.tiny), tagger];
  expect(one.parameters).toEqual(other.parameters);
  const weights = one.parameters.get('embeddings.word.weight')!;
  const mean = weights.reduce((sum, value) => sum + value * value, 0) / weights.length;
  expect(Math.sqrt(mean)).toBeCloseTo(0.02, 2);
});
