import { compareAnnotators, type ComparedAnnotators } from '../evaluate/compare-annotators.ts';
import { compareWays, type WayProgress } from '../llm/annotate/compare-ways.ts';
import { goldOfTrial, type TrialTexts } from '../llm/annotate/trial.ts';
import type { Example } from '../llm/annotate/annotation.ts';
import type { WayMeasure } from '../llm/annotate/way-measure.ts';
import { defaultEncoder } from '../models/catalogue.ts';
import { repliesFor } from '../storage/replies.ts';
import { alone } from './annotation-job.svelte.ts';
import { device } from './device.svelte.ts';
import { consent } from './leaving.svelte.ts';
import { llmChoices, type LlmChoice } from './llm-choices.svelte.ts';
import { openSource } from './llm-source.ts';
import { findNeighbours } from './neighbours/find.ts';
import { store } from './store.ts';
import { textsOfTrial, trialOf, type WaysOrder } from './ways-trial.ts';
import { workspace } from './workspace.svelte.ts';

/** What ways of asking cost, and how good they were. */
export interface ComparedOutcome {
  kind: LlmChoice['kind'];
  model: string;
  atOnce: number;
  measures: readonly WayMeasure[];
  scores: ComparedAnnotators;
}

/** Ways of asking being compared. It belongs to the tab, not to a page: it goes on while one looks elsewhere. Replies are stored as they come, so that comparing again asks for the rest alone. */
class WaysComparison {
  status = $state<'idle' | 'finding' | 'running' | 'stopping'>('idle');
  progress = $state.raw<WayProgress | null>(null);
  /** Of looking for the most similar examples. */
  share = $state(0);
  outcome = $state.raw<ComparedOutcome | null>(null);
  /** Why it stands still, in words, or that it was stopped. */
  message = $state<{ stopped: true } | { failure: string } | null>(null);
  /** What all this is about. */
  order = $state.raw<WaysOrder | null>(null);
  readonly active = $derived(this.status !== 'idle');

  #pause = new AbortController();

  async run(order: WaysOrder): Promise<void> {
    if (this.active) return;
    const { examples } = order.settings;
    if (!(await consent.given(llmChoices.choose(order.choice), { dataset: workspace.dataset?.name ?? '', texts: Math.min(order.texts, order.labelled.length), examples }))) return;
    this.#pause = new AbortController();
    [this.status, this.progress, this.outcome, this.message, this.order] = ['running', null, null, null, order];
    try {
      // One tab at a time: another that asks for the same waits, and finds the answers.
      await alone(`ways:${order.dataset}`, async () => this.#work(order));
    } catch (error) {
      if (!this.#pause.signal.aborted) this.message = { failure: error instanceof Error ? error.message : String(error) };
    }
    if (this.#pause.signal.aborted) this.message = { stopped: true };
    this.status = 'idle';
  }

  /** Asks nothing new; requests under way are waited for, since they are paid. */
  stop(): void {
    this.status = 'stopping';
    this.#pause.abort();
  }

  async #work(order: WaysOrder): Promise<void> {
    const texts = textsOfTrial(order);
    const trial = trialOf(order, texts, await this.#nearest(order, texts));
    const choice = llmChoices.choose(order.choice);
    const [{ source, atOnce }, opened] = await Promise.all([openSource(choice), store()]);
    const options = { model: choice.model, source, replies: repliesFor(opened, order.dataset), atOnce: Math.min(atOnce, order.settings.atOnce ?? atOnce), pause: this.#pause.signal };
    let shown = 0;
    const { measures, end } = await compareWays(order.ways, trial, options, (progress) => {
      if (performance.now() - shown < REFRESH && progress.done < progress.total) return;
      shown = performance.now();
      this.progress = progress;
    });
    if (end.failure) this.message = { failure: end.failure.message };
    // Where it was stopped, the ways that were tried to their end can be looked at.
    if (measures.length === 0) return;
    const scores = compareAnnotators(goldOfTrial(trial), measures.map(({ found }) => found), order.settings.seed);
    this.outcome = { kind: choice.kind, model: choice.model, atOnce: options.atOnce, measures, scores };
  }

  /** The most similar examples for each text, where they are wanted. */
  async #nearest({ settings: { neighbours, examples } }: WaysOrder, { asked, pool }: TrialTexts<Example>): Promise<number[][] | null> {
    if (neighbours === 'random' || examples === 0 || pool.length === 0) return null;
    this.status = 'finding';
    const question = { encoder: defaultEncoder, device: device.kind, by: neighbours, pool, texts: asked.map(({ text }) => text), k: Math.min(examples, pool.length) };
    const found = await findNeighbours(question, (share) => (this.share = share), this.#pause.signal);
    this.status = 'running';
    return found;
  }
}

/** How often what is shown is brought up to date. Milliseconds. */
const REFRESH = 250;

export const waysComparison = new WaysComparison();
