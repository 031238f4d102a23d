import type { RunEvent } from '../events.ts';
import { runTask, type RunOptions } from '../run.ts';
import type { AskedType, ReplyFault } from './annotation.ts';
import type { FoundSpans, Question } from './found-spans.ts';
import type { PromptTemplate } from './template.ts';
import { verifyTask } from './verify.ts';

/** How a job asks: all of its options besides the task and the inputs. */
export type AskOptions = Omit<RunOptions<never, never>, 'task' | 'inputs' | 'draw'>;

/** What the spans stand in, and the words of the question. */
export interface SecondQuestion {
  types: readonly AskedType[];
  textAt: (place: number) => string;
  verification: PromptTemplate;
}

/** Asks about each span found again, as many questions as `found.count`, and takes those out that are denied. Running it again after the same first pass asks only what has no reply. @throws as `runTask` */
export async function* askAgain(found: FoundSpans, { types, textAt, verification }: SecondQuestion, options: AskOptions): AsyncGenerator<RunEvent<Question, boolean, ReplyFault>, void> {
  const questions = [...found.questions(types, textAt)];
  for await (const event of runTask<Question, boolean, ReplyFault>({ ...options, task: verifyTask(verification), inputs: questions })) {
    if (event.type === 'answer' || event.type === 'failure') found.settle(event);
    yield event;
  }
}
