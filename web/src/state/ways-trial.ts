import type { Example } from '../llm/annotate/annotation.ts';
import { estimateWays } from '../llm/annotate/estimate-ways.ts';
import { drawTrial, labelledByHand, type Trial, type TrialTexts } from '../llm/annotate/trial.ts';
import type { WayName } from '../llm/annotate/ways.ts';
import type { Estimate } from '../llm/estimate.ts';
import type { DocumentRecord } from '../storage/schema.ts';
import { repliesFor } from '../storage/replies.ts';
import { examplesFor, POOL, type AnnotationSettings } from './annotation-settings.ts';
import { llmChoices } from './llm-choices.svelte.ts';
import { openSource } from './llm-source.ts';
import { store } from './store.ts';

/** Ways of asking that are to be compared, with the settings of the page. */
export interface WaysOrder {
  dataset: string;
  /** Id of the choice that answers. */
  choice: string;
  settings: AnnotationSettings;
  labelled: readonly Example[];
  /** Labelled texts to ask about, at most. */
  texts: number;
  ways: readonly WayName[];
}

/** Labelled texts that a comparison needs at least. */
export const fewestLabelled = 5;

/** Texts that ways can be tried on: labelled by hand, and not of test, so that scores on those stay honest. Of a text without labels nobody knows whether it was read. */
export function labelledTexts(records: readonly DocumentRecord[]): Example[] {
  const own = labelledByHand(records.map(({ document }) => document).filter(({ split, spans }) => split !== 'test' && spans.length > 0));
  return own.map(({ text, spans }) => ({ text, spans: spans.map(({ start, end, type }) => ({ start, end, type })) }));
}

/** The texts that are asked about, and those that examples come from. */
export function textsOfTrial({ labelled, texts, settings: { examples, seed } }: Pick<WaysOrder, 'labelled' | 'texts' | 'settings'>): TrialTexts<Example> {
  const { asked, pool } = drawTrial(labelled, { texts, examples, seed });
  return { asked, pool: pool.slice(0, POOL) };
}

/** @param nearest for each text asked about the numbers of the texts in the pool that are most alike; null where examples are drawn */
export function trialOf({ settings }: Pick<WaysOrder, 'settings'>, { asked, pool }: TrialTexts<Example>, nearest: readonly (readonly number[])[] | null): Trial {
  const { types, templates, verification, examples, seed } = settings;
  const placed = asked.map(({ text }, position) => ({ position, text }));
  const chosen = examplesFor({ positions: placed.map(({ position }) => position), pool, examples: Math.min(examples, pool.length), nearest, seed }, placed);
  return { asked, types, examplesFor: chosen, templates, verification };
}

/** What a comparison will take. Where examples are to be the most alike it goes by drawn ones, which are about as long. */
export async function estimateComparison(order: WaysOrder): Promise<Estimate> {
  const choice = llmChoices.choose(order.choice);
  const [{ source, atOnce }, opened] = await Promise.all([openSource(choice), store()]);
  const replies = repliesFor(opened, order.dataset);
  return estimateWays(order.ways, trialOf(order, textsOfTrial(order), null), { model: choice.model, source, replies, atOnce: Math.min(atOnce, order.settings.atOnce ?? atOnce) });
}
