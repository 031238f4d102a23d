import { estimateAnnotation as estimate, type AnnotationEstimate } from '../llm/annotate/estimate-annotation.ts';
import { annotateTask } from '../llm/annotate/task.ts';
import { repliesFor } from '../storage/replies.ts';
import type { AnnotationOrder } from './annotation-job.svelte.ts';
import { inputsOf } from './annotation-settings.ts';
import { llmChoices } from './llm-choices.svelte.ts';
import { openSource } from './llm-source.ts';
import { store } from './store.ts';

/** What an annotation will take. It learns from replies that are there: after three it knows what tokens and time they take. */
export async function estimateAnnotation({ choice: id, dataset, settings, texts }: AnnotationOrder): Promise<AnnotationEstimate> {
  const choice = llmChoices.choose(id);
  const [{ source, atOnce }, opened] = await Promise.all([openSource(choice), store()]);
  const most = Math.min(atOnce, settings.atOnce ?? atOnce);
  return estimate(
    { task: annotateTask(settings), inputs: () => inputsOf(settings, texts).inputs, second: settings.verify ? settings : null },
    { model: choice.model, source, replies: repliesFor(opened, dataset.id), atOnce: most, most: 200, seed: settings.seed },
  );
}
