import { simulatedSource } from '../llm/simulated/source.ts';
import { goldOf } from '../llm/simulated/gold.ts';
import type { LlmSource } from '../llm/task.ts';
import { llmPrompts } from './llm-prompts.svelte.ts';
import { sampleDocuments } from './sample.ts';
import { workspace } from './workspace.svelte.ts';

/** Milliseconds until a simulated answer comes: long enough to be seen coming. */
const DELAY = 60;

/** Answers without a model: the labels of the built-in sample and of the open data set, spoilt by seed. In texts that neither has labelled nothing is found but by mistake. */
export async function practiceSource(): Promise<LlmSource> {
  // Without the server the open data set is what there is.
  const sample = await sampleDocuments().catch(() => []);
  const own = workspace.documents.map(({ document }) => document);
  const { verification: verify, ...annotate } = llmPrompts.all;
  return simulatedSource({ gold: goldOf([...sample, ...own]), prompts: { annotate, verify }, delay: DELAY });
}
