import { Channel } from './channel.ts';
import type { RunEvent } from './events.ts';
import { Job } from './job.ts';
import type { Patience } from './patience.ts';
import type { ReplyStore } from './replies.ts';
import type { LlmSource, LlmTask } from './task.ts';

export interface RunOptions<Input, Value, Reason extends string = string> {
  task: LlmTask<Input, Value, Reason>;
  /** Pulled as they are needed. The same inputs in the same order give the same requests again: that is how a job is resumed. */
  inputs: Iterable<Input> | AsyncIterable<Input>;
  model: string;
  source: LlmSource;
  replies: ReplyStore;
  /** Number of the draw, from 0; 0 unless told. */
  draw?: (input: Input) => number;
  /** The most requests at once. */
  atOnce: number;
  patience?: Partial<Patience>;
  /** Takes no new inputs any more; requests under way are waited for, since they are paid in any case. */
  pause?: AbortSignal;
  /** Breaks off requests under way as well: each may cost up to its bound. */
  cancel?: AbortSignal;
}

/** Events that wait for a slow reader before nothing new is asked. */
const waiting = 256;

/**
 * Asks for what has no reply in the store, and gives the answers of all inputs, in the order in which they arrive. A reply
 * is in the store before its event comes. Running it again resumes it: only what has no reply is asked. Leaving the loop
 * breaks off what is under way.
 * @throws what the inputs or the task throw, and what the store throws where a reply cannot be kept: StorageFullError in a
 * tab. Requests under way have then ended.
 */
export async function* runTask<Input, Value, Reason extends string>(options: RunOptions<Input, Value, Reason>): AsyncGenerator<RunEvent<Input, Value, Reason>, void> {
  const events = new Channel<RunEvent<Input, Value, Reason>>(waiting);
  const job = new Job(options, events);
  const { pause, cancel } = options;
  const [onPause, onCancel] = [() => job.halt('paused'), () => job.breakOff()];
  pause?.addEventListener('abort', onPause);
  cancel?.addEventListener('abort', onCancel);
  if (pause?.aborted) onPause();
  if (cancel?.aborted) onCancel();
  const running = job.run().then(
    () => events.end(),
    (error: unknown) => events.end({ error }),
  );
  try {
    yield* events;
  } finally {
    job.breakOff();
    events.end();
    pause?.removeEventListener('abort', onPause);
    cancel?.removeEventListener('abort', onCancel);
    await running;
  }
}
