import type { LlmRequest, LlmTask } from './task.ts';

/** What is asked of a model for an input. */
export function requestOf<Input, Value, Reason extends string>(task: LlmTask<Input, Value, Reason>, input: Input, model: string, draw = 0): LlmRequest {
  return { task: task.id, model, messages: task.messages(input), sampling: task.sampling(input), draw };
}
