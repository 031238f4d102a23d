import { atOnceInPage } from '../llm/at-once.ts';
import { openAiSource } from '../llm/client.ts';
import { atOnceWithin } from '../llm/limits.ts';
import type { LlmSource } from '../llm/task.ts';
import { classState } from './class.svelte.ts';
import { llmChoices, type LlmChoice } from './llm-choices.svelte.ts';
import { practiceSource } from './practice.ts';

/** The source of a choice, and how many requests it can have at once from this page. */
export interface OpenedSource {
  source: LlmSource;
  atOnce: number;
}

/** Requests at once where answers are made in this tab. */
const PRACTICE_AT_ONCE = 5;

/** Opens where a choice's answers come from. Practice knows the labels of the open data set and of the sample. */
export async function openSource({ kind }: LlmChoice): Promise<OpenedSource> {
  if (kind === 'simulated') return { source: await practiceSource(), atOnce: PRACTICE_AT_ONCE };
  if (kind === 'local') return { source: openAiSource({ kind, name: new URL(llmChoices.address).host, baseURL: llmChoices.address }), atOnce: atOnceInPage('another') };
  const name = classState.seat?.class.name ?? location.host;
  const terms = (model: string) => classState.limits?.models.find(({ id }) => id === model);
  const source = openAiSource({ kind, name, baseURL: new URL('v1', document.baseURI).href, headers: () => classState.authorization(), terms });
  const most = atOnceInPage('own server');
  return { source, atOnce: classState.limits ? atOnceWithin(classState.limits, most) : most };
}
