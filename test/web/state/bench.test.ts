import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bench } from '../../../web/src/state/bench.svelte.ts';
import type { BenchEvent, BenchOrder, Measurement } from '../../../web/src/train/bench/protocol.ts';
import type { BenchRow } from '../../../web/src/train/bench/rows.ts';

const rows: BenchRow[] = [8, 16, 32].map((batch) => ({ encoder: 'tiny', batch, tokens: 32 }));
const measurement = { engine: 'CPU, 1 thread' } as Measurement;

/** Workers that were made, each with what it was asked; a test answers in their place. */
let workers: FakeWorker[] = [];
class FakeWorker extends EventTarget {
  order: BenchOrder | null = null;
  ended = false;
  constructor() {
    super();
    workers.push(this);
  }
  postMessage(order: BenchOrder): void {
    this.order = order;
  }
  terminate(): void {
    this.ended = true;
  }
  async say(event: BenchEvent): Promise<void> {
    this.dispatchEvent(new MessageEvent('message', { data: event }));
    await settled();
  }
}
const settled = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));
const states = (): string[] => bench.entries.map(({ outcome }) => outcome.state);

beforeEach(() => {
  workers = [];
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => {
  bench.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('rows are measured one after the other, each in a worker of its own; one that fails keeps its reason and the next goes on', async () => {
  const done = bench.measure(rows, ['wasm']);
  expect(states()).toEqual(['running', 'waiting', 'waiting']);
  await workers[0]!.say({ type: 'failed', message: 'Too large.', advice: 'Take less.' });
  expect(workers[0]!.ended).toBe(true);
  expect(states()).toEqual(['failed', 'running', 'waiting']);
  await workers[1]!.say({ type: 'stage', stage: { name: 'first-step' } });
  expect(bench.entries[1]!.outcome).toMatchObject({ state: 'running', stage: { name: 'first-step' } });
  await workers[1]!.say({ type: 'measured', measurement });
  workers[2]!.dispatchEvent(new Event('error'));
  await settled();
  await done;
  expect(bench.entries.map(({ outcome }) => outcome)).toEqual([{ state: 'failed', message: 'Too large.', advice: 'Take less.' }, { state: 'measured', measurement }, { state: 'failed', message: '', advice: '' }]);
  expect(workers.map(({ order }) => order!.row)).toEqual(rows);
  expect([bench.running, bench.done, bench.measured]).toEqual([false, 3, 1]);
});

test('devices take turns within a row', async () => {
  void bench.measure(rows.slice(0, 2), ['webgpu', 'wasm']);
  for (let turn = 0; turn < 4; turn++) await workers[turn]!.say({ type: 'measured', measurement });
  expect(workers.map(({ order }) => [order!.row.batch, order!.device])).toEqual([[8, 'webgpu'], [8, 'wasm'], [16, 'webgpu'], [16, 'wasm']]);
});

test('a stop ends the worker at once, keeps what was measured and begins nothing more', async () => {
  const done = bench.measure(rows, ['wasm']);
  await workers[0]!.say({ type: 'measured', measurement });
  bench.stop();
  await done;
  expect(states()).toEqual(['measured', 'stopped', 'stopped']);
  expect(workers).toHaveLength(2);
  expect(workers.every(({ ended }) => ended)).toBe(true);
  await workers[1]!.say({ type: 'measured', measurement });
  expect(states()).toEqual(['measured', 'stopped', 'stopped']);
});

test('a row of which nothing is heard for ten minutes is given up, and a sign of life is waited for again', async () => {
  void bench.measure(rows.slice(0, 2), ['wasm']);
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  await workers[0]!.say({ type: 'stage', stage: { name: 'measuring', done: 1 } });
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(states()).toEqual(['running', 'waiting']);
  await vi.advanceTimersByTimeAsync(60_001);
  expect(states()).toEqual(['silent', 'running']);
});
