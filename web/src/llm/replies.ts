import type { LlmReply, LlmRequest, LlmSource } from './task.ts';

/** A reply with all that it was an answer to: what can be read again, by a later parser too, without asking again. */
export interface StoredReply {
  /** As `requestKey` makes it. */
  key: string;
  request: LlmRequest;
  reply: LlmReply;
  source: Pick<LlmSource, 'kind' | 'name'>;
  /** When it came, in milliseconds since 1970. */
  received: number;
}

/** Where replies are kept: IndexedDB in a tab, a file headless. */
export interface ReplyStore {
  /** The replies that there are, by key. */
  read(keys: readonly string[]): Promise<Map<string, StoredReply>>;
  /** Resolves when the reply outlives this program. One that is there already is replaced. */
  write(reply: StoredReply): Promise<void>;
  /** Some replies of a model, to learn from: those of the task if there are any, else of any task. */
  sample(model: string, task: string, most: number): Promise<StoredReply[]>;
}
