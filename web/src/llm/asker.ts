import PQueue from 'p-queue';
import { Pace } from './pace.ts';
import { Attempts, type Patience } from './patience.ts';
import { LlmFailure, type LlmReply, type LlmRequest, type LlmSource } from './task.ts';

/** What became of a request; null where the job was halted before it came to an end. */
export type Outcome = { reply: LlmReply } | { failure: LlmFailure; attempts: number } | null;

export interface AskerParts {
  source: LlmSource;
  /** The most requests at once. */
  atOnce: number;
  patience: Patience;
  onMiss(failure: LlmFailure, request: LlmRequest): void;
  onPace(atOnce: number): void;
  /** Going on makes no sense: the asker has halted. */
  onStop(failure: LlmFailure): void;
}

/** Asks a source, so many requests at once as it takes, and each until it is answered or given up. */
export class Asker {
  readonly #parts: AskerParts;
  readonly #pace: Pace;
  readonly #turns: PQueue;
  /** Wakes those that wait for another attempt. */
  readonly #halted = new AbortController();
  readonly #underWay = new Set<AbortController>();
  #answered = false;
  #givenUpInARow = 0;

  constructor(parts: AskerParts) {
    this.#parts = parts;
    this.#pace = new Pace(parts.atOnce);
    this.#turns = new PQueue({ concurrency: this.#pace.atOnce });
    parts.onPace(this.#pace.atOnce);
  }

  /** Makes no new attempts; requests under way go on to their end. */
  halt(): void {
    this.#halted.abort();
  }

  /** Halts, and breaks off what is under way. */
  breakOff(): void {
    this.halt();
    for (const control of this.#underWay) control.abort(new LlmFailure('cut', 'The request was broken off.'));
  }

  /**
   * @param keep keeps the reply; it counts when this resolves
   * @throws what `keep` throws, and what the source throws that is no `LlmFailure`
   */
  async ask(request: LlmRequest, keep: (reply: LlmReply) => Promise<void>): Promise<Outcome> {
    const attempts = new Attempts(this.#parts.patience);
    for (;;) {
      const result = await this.#turns.add(() => this.#attempt(request), { priority: attempts.count });
      // The next request goes out while this reply is being kept.
      if (!(result instanceof LlmFailure)) return result && this.#keep(result, keep);
      if (this.#isHalted) return null;
      const next = attempts.after(result, this.#answered);
      if (next === 'stop') return this.#stop(result);
      if (next === 'give up') {
        this.#givenUpInARow += 1;
        if (this.#givenUpInARow >= this.#parts.patience.givenUp) this.#stop(result);
        return { failure: result, attempts: attempts.count };
      }
      await this.#wait(next);
    }
  }

  get #isHalted(): boolean {
    return this.#halted.signal.aborted;
  }

  #stop(failure: LlmFailure): null {
    this.halt();
    this.#parts.onStop(failure);
    return null;
  }

  async #keep(reply: LlmReply, keep: (reply: LlmReply) => Promise<void>): Promise<Outcome> {
    try {
      await keep(reply);
      return { reply };
    } catch (error) {
      // Where a reply can't be kept, none is to be paid.
      this.halt();
      throw error;
    }
  }

  async #attempt(request: LlmRequest): Promise<LlmReply | LlmFailure | null> {
    if (this.#isHalted) return null;
    const sent = performance.now();
    try {
      const reply = await this.#patiently(request);
      this.#pace.answered(this.#turns.pending);
      this.#answered = true;
      this.#givenUpInARow = 0;
      return reply;
    } catch (error) {
      if (!(error instanceof LlmFailure)) {
        this.halt();
        throw error;
      }
      if (error.kind === 'limited') this.#pace.turnedAway(sent, performance.now());
      this.#parts.onMiss(error, request);
      return error;
    } finally {
      this.#follow();
    }
  }

  /** A reply, unless it takes too long or is broken off. */
  async #patiently(request: LlmRequest): Promise<LlmReply> {
    const control = new AbortController();
    const { reply: patience } = this.#parts.patience;
    const tooLong = (): LlmFailure => new LlmFailure('late', `No reply came within ${Math.round(patience / 100) / 10} s. Ask for less, or give it more time.`);
    const timer = setTimeout(() => control.abort(tooLong()), patience);
    this.#underWay.add(control);
    try {
      return await this.#parts.source.complete(request, control.signal);
    } catch (error) {
      throw control.signal.aborted ? control.signal.reason : error;
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(control);
    }
  }

  #follow(): void {
    const { atOnce } = this.#pace;
    if (atOnce === this.#turns.concurrency) return;
    this.#turns.concurrency = atOnce;
    this.#parts.onPace(atOnce);
  }

  /** Milliseconds, unless the asker halts before. */
  async #wait(milliseconds: number): Promise<void> {
    const { signal } = this.#halted;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
    });
  }
}
