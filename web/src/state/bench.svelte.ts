import type { BenchDevice, BenchEvent, BenchOrder, BenchStage, Measurement } from '../train/bench/protocol.ts';
import type { BenchRow } from '../train/bench/rows.ts';
import { showComputing } from './computing.ts';
import { Silence } from './silence.ts';
import { lineTo, type Line } from './worker-line.ts';

export type Outcome =
  | { state: 'waiting' }
  | { state: 'running'; stage: BenchStage | null; since: number }
  | { state: 'measured'; measurement: Measurement }
  /** An empty message: the worker died without saying why. */
  | { state: 'failed'; message: string; advice: string }
  /** Nothing was heard of it for too long. */
  | { state: 'silent' }
  | { state: 'stopped' };

/** A row on one device. */
export interface Entry {
  row: BenchRow;
  device: BenchDevice;
  outcome: Outcome;
}

/** A step that takes longer than this is not waited for. Milliseconds. */
const PATIENCE = 10 * 60_000;

/** The measurement of this device. What was measured stays until the next one, whichever page is looked at. */
class Bench {
  entries = $state.raw<Entry[]>([]);
  /** When the measurement began; 0 before the first. */
  began = $state(0);
  /** Whether something else computed meanwhile. */
  disturbed = $state(false);
  readonly running = $derived(this.entries.some(({ outcome }) => outcome.state === 'running' || outcome.state === 'waiting'));
  readonly done = $derived(this.entries.filter(({ outcome }) => outcome.state !== 'running' && outcome.state !== 'waiting').length);
  readonly measured = $derived(this.entries.filter(({ outcome }) => outcome.state === 'measured').length);
  #line: Line<BenchOrder> | null = null;
  #answered: (() => void) | null = null;

  /** Measures row by row, each on one device after the other. A row that fails says so, and the next goes on. */
  async measure(rows: readonly BenchRow[], devices: readonly BenchDevice[]): Promise<void> {
    if (this.running) return;
    this.entries = rows.flatMap((row) => devices.map((device) => ({ row, device, outcome: { state: 'waiting' as const } })));
    this.began = Date.now();
    this.disturbed = false;
    const release = showComputing();
    for (let index = 0; index < this.entries.length && this.running; index++) await this.#measure(index);
    release();
  }

  /** At once: what runs is thrown away, what was measured stays. */
  stop(): void {
    if (!this.running) return;
    this.#line?.end();
    this.entries = this.entries.map((entry) => (entry.outcome.state === 'running' || entry.outcome.state === 'waiting' ? { ...entry, outcome: { state: 'stopped' } } : entry));
    this.#answered?.();
  }

  async #measure(index: number): Promise<void> {
    const { row, device } = this.entries[index]!;
    const since = Date.now();
    this.#set(index, { state: 'running', stage: null, since });
    const silence = new Silence(PATIENCE, () => {
      this.#set(index, { state: 'silent' });
      this.#answered?.();
    });
    silence.hear();
    await new Promise<void>((resolve) => {
      this.#answered = resolve;
      const end = (outcome: Outcome): void => {
        this.#set(index, outcome);
        resolve();
      };
      const take = (event: BenchEvent): void => {
        silence.hear();
        if (event.type === 'stage') this.#set(index, { state: 'running', stage: event.stage, since });
        else if (event.type === 'measured') end({ state: 'measured', measurement: event.measurement });
        else end({ state: 'failed', message: event.message, advice: event.advice });
      };
      this.#line = lineTo<BenchOrder, BenchEvent>(new Worker(new URL('../train/bench/worker.ts', import.meta.url), { type: 'module' }), take, () => end({ state: 'failed', message: '', advice: '' }));
      this.#line.send({ row, device });
    });
    silence.end();
    this.#line?.end();
    this.#line = null;
  }

  #set(index: number, outcome: Outcome): void {
    this.entries = this.entries.map((entry, place) => (place === index ? { ...entry, outcome } : entry));
  }
}

export const bench = new Bench();
