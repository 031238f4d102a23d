import type { AnswerEvent, RunEvent } from '../../../web/src/llm/events.ts';
import type { ReplyStore, StoredReply } from '../../../web/src/llm/replies.ts';
import { runTask, type RunOptions } from '../../../web/src/llm/run.ts';
import type { LlmReply, LlmRequest, LlmSource, LlmTask, ModelTerms } from '../../../web/src/llm/task.ts';

export const terms: ModelTerms = { inputDollarsPerMillion: 3, outputDollarsPerMillion: 7, context: 100_000, maxOutput: 1000 };

/** Asks for a word in capitals; an answer in small letters is none. */
export const shout: LlmTask<string, string, 'quiet'> = {
  id: 'shout.v1',
  messages: (word) => [{ role: 'user', content: `Shout: ${word}` }],
  sampling: () => ({ maxTokens: 10 }),
  answerCharacters: (word) => word.length,
  parse: ({ text }) => (text !== text.toLowerCase() ? { ok: true, value: text } : { ok: false, reason: 'quiet' }),
};

export const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `word ${index}`);

export function replyTo({ messages, model }: LlmRequest): LlmReply {
  const text = messages[0]!.content.replace('Shout: ', '').toUpperCase();
  return { text, finish: 'stop', usage: { prompt: 10, completion: 2 }, dollars: 0.000_044, model, milliseconds: 1 };
}

/** Keeps replies as long as the test. */
export class Memory implements ReplyStore {
  readonly kept = new Map<string, StoredReply>();

  async read(keys: readonly string[]): Promise<Map<string, StoredReply>> {
    await Promise.resolve();
    return new Map(keys.flatMap((key) => (this.kept.has(key) ? [[key, this.kept.get(key)!] as const] : [])));
  }

  async write(reply: StoredReply): Promise<void> {
    await Promise.resolve();
    this.kept.set(reply.key, reply);
  }

  async sample(model: string, task: string, most: number): Promise<StoredReply[]> {
    const own = (await Promise.resolve([...this.kept.values()])).filter(({ request }) => request.model === model);
    const ofTask = own.filter(({ request }) => request.task === task);
    return (ofTask.length > 0 ? ofTask : own).slice(0, most);
  }
}

/** Answers as it is told, and counts. */
export class Played implements LlmSource {
  readonly kind = 'proxy';
  readonly name = 'Played';
  readonly asked: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  readonly #behave: (request: LlmRequest, attempt: number, signal: AbortSignal) => Promise<LlmReply> | LlmReply;
  readonly #attempts = new Map<string, number>();

  constructor(behave: (request: LlmRequest, attempt: number, signal: AbortSignal) => Promise<LlmReply> | LlmReply = replyTo) {
    this.#behave = behave;
  }

  terms(): ModelTerms {
    return terms;
  }

  async complete(request: LlmRequest, signal: AbortSignal): Promise<LlmReply> {
    const word = request.messages[0]!.content;
    const attempt = (this.#attempts.get(word) ?? 0) + 1;
    this.#attempts.set(word, attempt);
    this.asked.push(word);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await Promise.resolve();
      return await this.#behave(request, attempt, signal);
    } finally {
      this.underWay -= 1;
    }
  }
}

export type ShoutEvent = RunEvent<string, string, 'quiet'>;
export type ShoutOptions = Partial<RunOptions<string, string, 'quiet'>>;

export function run(options: ShoutOptions = {}): AsyncGenerator<ShoutEvent, void> {
  return runTask({ task: shout, inputs: words(20), model: 'small', source: new Played(), replies: new Memory(), atOnce: 32, ...options, patience: { base: 1, most: 2, ...options.patience } });
}

export async function eventsOf(options: ShoutOptions = {}): Promise<ShoutEvent[]> {
  const events: ShoutEvent[] = [];
  for await (const event of run(options)) events.push(event);
  return events;
}

export const answersOf = (events: readonly ShoutEvent[]): AnswerEvent<string, string, 'quiet'>[] => events.filter((event) => event.type === 'answer');

/** Nothing but a broken-off request ends it. */
export const never = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
