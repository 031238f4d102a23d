import { Asker, type Outcome } from './asker.ts';
import { inBatches } from './batches.ts';
import type { Channel } from './channel.ts';
import { dollarsAtMost } from './cost.ts';
import type { AnswerEvent, EndEvent, RunEvent } from './events.ts';
import { requestKey } from './key.ts';
import { usualPatience } from './patience.ts';
import { requestOf } from './request.ts';
import type { RunOptions } from './run.ts';
import { Slices } from './slices.ts';
import type { LlmFailure, LlmReply, LlmRequest } from './task.ts';

/** An input with what is asked for it. */
interface Asked<Input> {
  index: number;
  input: Input;
  key: string;
  request: LlmRequest;
}

/** Inputs whose keys are looked up in the store together. */
const batchSize = 64;

/** For each request that may be under way so many may be begun: some wait for another attempt. */
const begunForEach = 4;

/** One run of a task over its inputs: what is in the store is taken from there, the rest is asked, and each request once. */
export class Job<Input, Value, Reason extends string> {
  readonly #options: RunOptions<Input, Value, Reason>;
  readonly #events: Channel<RunEvent<Input, Value, Reason>>;
  readonly #asker: Asker;
  readonly #slices = new Slices();
  /** Requests that are not at their end, by key. */
  readonly #begun = new Map<string, Promise<Outcome>>();
  /** Inputs that are not at their end. */
  readonly #open = new Set<Promise<void>>();
  /** Keys of all inputs so far. */
  readonly #seen = new Set<string>();
  readonly #givenUp = new Map<string, LlmFailure>();
  #end: EndEvent | null = null;
  #broken: { error: unknown } | null = null;
  #oneEnded: () => void = () => undefined;

  constructor(options: RunOptions<Input, Value, Reason>, events: Channel<RunEvent<Input, Value, Reason>>) {
    this.#options = options;
    this.#events = events;
    const { source, atOnce } = options;
    this.#asker = new Asker({
      source,
      atOnce,
      patience: { ...usualPatience, ...options.patience },
      onMiss: (failure, request) => events.push({ type: 'miss', failure, dollarsAtMost: failure.mayCost ? this.#atMost(request) : 0 }),
      onPace: (pace) => events.push({ type: 'pace', atOnce: pace }),
      onStop: (failure) => this.halt('stopped', failure),
    });
  }

  /** Takes no new inputs and makes no new attempts. The first reason counts, unless what is under way is broken off later. */
  halt(reason: EndEvent['reason'], failure: LlmFailure | null = null): void {
    if (this.#end === null || reason === 'cancelled') this.#end = { type: 'end', reason, failure };
    this.#asker.halt();
    this.#oneEnded();
  }

  /** Halts, and breaks off what is under way. */
  breakOff(): void {
    this.halt('cancelled');
    this.#asker.breakOff();
  }

  async run(): Promise<void> {
    try {
      let count = 0;
      for await (const inputs of inBatches(this.#options.inputs, batchSize)) {
        await this.#take(inputs, count);
        count += inputs.length;
        if (this.#end) break;
      }
    } catch (error) {
      this.#fail(error);
    }
    await Promise.all(this.#open);
    if (this.#broken) throw this.#broken.error;
    this.#events.push(this.#end ?? { type: 'end', reason: 'finished', failure: null });
  }

  /** Something is wrong that no other request would mend. */
  #fail(error: unknown): void {
    this.#broken ??= { error };
    this.halt('stopped');
  }

  async #take(inputs: readonly Input[], first: number): Promise<void> {
    const asking: Promise<Asked<Input>>[] = [];
    for (const [place, input] of inputs.entries()) {
      const one = this.#asked(input, first + place);
      // Its error is thrown below, after the others were made.
      one.catch(() => undefined);
      asking.push(one);
      await this.#slices.next();
    }
    const asked = await Promise.all(asking);
    const keys = new Set(asked.map(({ key }) => key));
    // Whatever is not under way at this moment and not in the store after it is asked by nobody else: only this loop begins requests.
    const outcomes = new Map([...this.#begun].filter(([key]) => keys.has(key)));
    const known = await this.#options.replies.read([...keys].filter((key) => !outcomes.has(key)));
    for (const one of asked) {
      await this.#room();
      await this.#slices.next();
      if (this.#end) return;
      const isTwin = this.#seen.has(one.key);
      this.#seen.add(one.key);
      const stored = known.get(one.key);
      const failure = this.#givenUp.get(one.key);
      if (stored) this.#answer(one, stored.reply, isTwin ? 'twin' : 'store');
      else if (failure) this.#push(one, failure, 0);
      else {
        const outcome = outcomes.get(one.key) ?? this.#ask(one);
        this.#follow(one, outcome, outcomes.has(one.key));
        outcomes.set(one.key, outcome);
      }
    }
  }

  /** Resolves when there is room for another input, or nothing more is to be taken. */
  async #room(): Promise<void> {
    await this.#events.room();
    while (this.#open.size >= begunForEach * this.#options.atOnce && !this.#end) await new Promise<void>((resolve) => (this.#oneEnded = resolve));
  }

  async #asked(input: Input, index: number): Promise<Asked<Input>> {
    const { task, model, source, draw } = this.#options;
    const request = requestOf(task, input, model, draw?.(input));
    return { index, input, key: await requestKey(request, source.kind), request };
  }

  #ask({ key, request }: Asked<Input>): Promise<Outcome> {
    const { source, replies } = this.#options;
    const keep = (reply: LlmReply): Promise<void> => replies.write({ key, request, reply, source: { kind: source.kind, name: source.name }, received: Date.now() });
    const outcome = this.#asker.ask(request, keep).finally(() => this.#begun.delete(key));
    this.#begun.set(key, outcome);
    return outcome;
  }

  #follow(one: Asked<Input>, outcome: Promise<Outcome>, isTwin: boolean): void {
    const open = outcome
      .then(
        (result) => {
          if (!result) return;
          if ('reply' in result) return this.#answer(one, result.reply, isTwin ? 'twin' : 'service');
          this.#givenUp.set(one.key, result.failure);
          this.#push(one, result.failure, isTwin ? 0 : result.attempts);
        },
      )
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#open.delete(open);
        this.#oneEnded();
      });
    this.#open.add(open);
  }

  #answer({ index, input, key }: Asked<Input>, reply: LlmReply, from: AnswerEvent<Input, Value, Reason>['from']): void {
    this.#events.push({ type: 'answer', index, input, key, reply, parsed: this.#options.task.parse(reply, input), from });
  }

  #push({ index, input, key }: Asked<Input>, failure: LlmFailure, attempts: number): void {
    this.#events.push({ type: 'failure', index, input, key, failure, attempts });
  }

  #atMost(request: LlmRequest): number | null {
    const terms = this.#options.source.terms?.(request.model);
    return terms ? dollarsAtMost(request, terms) : null;
  }
}
