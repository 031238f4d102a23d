import { fork } from '../dataset/random.ts';
import { listLlmJobs, saveLlmJob } from '../storage/llm-jobs.ts';
import type { DocumentRecord, LlmJobRecord } from '../storage/schema.ts';
import { store } from './store.ts';
import { workspace } from './workspace.svelte.ts';

/** Texts that are checked unless another number is asked for; and the seed with which they are drawn, so that every page draws the same. */
export const usualChecks = 50;
export const checkSeed = 1;

/** Texts drawn to check what an LLM marked, and those of them that somebody has gone through. */
export class Checking {
  readonly layer: string;
  /** Places of the texts drawn, in their order. */
  positions = $state.raw<readonly number[]>([]);
  checked = $state.raw<ReadonlySet<number>>(new Set());
  readonly done = $derived(this.positions.filter((position) => this.checked.has(position)).length);

  #job: LlmJobRecord | undefined;

  constructor(layer: string) {
    this.layer = layer;
  }

  /** Draws so many of the texts that the LLM was asked about; the same seed draws the same, and a smaller number the first of a larger one. */
  async draw(count: number, seed: number): Promise<void> {
    const { id } = workspace;
    if (id === null) return;
    this.#job = (await listLlmJobs(await store(), id)).find((job) => job.id === this.layer);
    const { positions } = (this.#job?.settings ?? {}) as { positions?: number[] };
    const there = new Set(workspace.documents.map(({ position }) => position));
    // Of a layer from elsewhere nobody knows the texts in which nothing was found.
    const asked = positions ?? workspace.documents.filter(({ document }) => document.suggestions?.some(({ layer }) => layer === this.layer)).map(({ position }) => position);
    const drawn = fork(seed, `check ${this.layer}`).shuffle(asked).filter((position) => there.has(position));
    this.positions = drawn.slice(0, count).sort((a, b) => a - b);
    this.checked = new Set(this.#job?.checked);
  }

  /** Somebody has read a text to its end. It counts when nothing of the layer waits in it. */
  async read({ position, document }: DocumentRecord): Promise<void> {
    const waits = document.suggestions?.some(({ layer, decided }) => layer === this.layer && decided === undefined) ?? false;
    if (waits || this.checked.has(position) || !this.positions.includes(position)) return;
    this.checked = new Set([...this.checked, position]);
    if (this.#job) await saveLlmJob(await store(), (this.#job = { ...this.#job, checked: [...this.checked] }));
  }
}
