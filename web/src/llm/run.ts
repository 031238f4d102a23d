import type { RunEvent } from './events.ts';
import type { ReplyStore } from './replies.ts';
import type { LlmSource, LlmTask } from './task.ts';

/** How long a job is patient. Milliseconds. */
export interface Patience {
  /** For a reply; then the request is broken off. */
  reply: number;
  /** Attempts of a request before it is given up, not counting those that were turned away for now. */
  attempts: number;
  /** How often a request may be turned away for now (`limited`) before it is given up. */
  turnedAway: number;
  /** The wait before attempt k + 1 is drawn from 0 to `base · 2^k`, at most `most` (full jitter), after what the service asks for. */
  base: number;
  most: number;
  /** Requests given up one after the other, without a reply in between, before the job stops by itself. */
  givenUp: number;
}

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

/**
 * Asks for what has no reply in the store, and gives the answers of all inputs, in the order in which they arrive. A reply
 * is in the store before its event comes. Leaving the loop breaks off what is under way.
 * @throws what the task throws, and what the store throws where a reply cannot be kept: StorageFullError in a tab.
 */
export declare function runTask<Input, Value, Reason extends string>(options: RunOptions<Input, Value, Reason>): AsyncGenerator<RunEvent<Input, Value, Reason>, void>;
