import type { Annotation, ReplyFault } from '../llm/annotate/annotation.ts';
import type { PlacedInput } from '../llm/annotate/inputs.ts';
import { annotateTask } from '../llm/annotate/task.ts';
import { runTask } from '../llm/run.ts';
import type { LlmReply, Parsed } from '../llm/task.ts';
import { repliesFor } from '../storage/replies.ts';
import type { AnnotationOrder } from './annotation-job.svelte.ts';
import { consent } from './leaving.svelte.ts';
import { llmChoices } from './llm-choices.svelte.ts';
import { openSource } from './llm-source.ts';
import { store } from './store.ts';

/** What came of one request: a reply and what it says, or why there is none. */
export type Answer = { reply: LlmReply; parsed: Parsed<Annotation[], ReplyFault>; failure: null } | { reply: null; failure: string };

/** Asks a few requests of an order, to look at. Their replies are kept: the job does not ask them again. Answers come in the order of the inputs; none where the visitor does not let the texts go. */
export async function askSome({ choice: id, dataset, settings, texts }: AnnotationOrder, inputs: readonly PlacedInput[], cancel: AbortSignal): Promise<(Answer | undefined)[]> {
  const choice = llmChoices.choose(id);
  if (!(await consent.given(choice, { dataset: dataset.name, texts: texts.length, examples: settings.examples }))) return [];
  const [{ source, atOnce }, opened] = await Promise.all([openSource(choice), store()]);
  const answers = new Array<Answer | undefined>(inputs.length).fill(undefined);
  const options = { task: annotateTask(settings), inputs, model: choice.model, source, replies: repliesFor(opened, dataset.id), atOnce: Math.min(atOnce, inputs.length), patience: { attempts: 2, turnedAway: 4 }, cancel };
  for await (const event of runTask(options)) {
    if (event.type === 'answer') answers[event.index] = { reply: event.reply, parsed: event.parsed, failure: null };
    if (event.type === 'failure') answers[event.index] = { reply: null, failure: event.failure.message };
    if (event.type === 'end' && event.failure) for (const [i, answer] of answers.entries()) if (!answer) answers[i] = { reply: null, failure: event.failure.message };
  }
  return answers;
}
