import { randomUUID } from 'node:crypto';
import { ApiError } from '../error.ts';
import type { Caller } from '../route.ts';
import type { Amount } from '../store/amounts.ts';
import type { Books } from '../store/books.ts';
import type { Ceilings } from './ceilings.ts';
import { usageCost, type Model } from './model.ts';
import { passStream, readReply } from './reply.ts';
import { Replay } from './replay.ts';
import { UpstreamError, type Upstream } from './upstream.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What a call ended with, for logs and metrics. */
export interface CallOutcome {
  /** What was booked; null where nothing was. */
  booked: Amount | null;
  /** `settled` by the usage that came, `unresolved` at the bound, `released` unspent. */
  books: 'settled' | 'unresolved' | 'released' | 'refused';
  failure: ApiError | null;
}

export interface CallParts {
  caller: Caller;
  model: Model;
  /** The body that goes out, and the most that it can cost. */
  text: string;
  bound: Amount;
  stream: boolean;
  /** Whether the client asked for the usage of its stream. */
  withUsage: boolean;
  books: Books;
  upstream: Upstream;
  waiting: WaitingRoom;
  ceilings: Ceilings;
  onEnd: (outcome: CallOutcome) => void;
}

/** A whole reply, or one that is on its way. */
export type Reply = { whole: Uint8Array; cacheable: boolean } | { streamed: Replay };

/** One call upstream, for one client or for several that sent the same: it goes on while any of them listens. */
export class Call {
  /** When nothing more comes and the books are closed. Never rejects. */
  readonly ended: Promise<void>;
  readonly #reply = Promise.withResolvers<Reply>();
  readonly #parts: CallParts;
  readonly #control = new AbortController();
  readonly #id = randomUUID();
  /** What it is told that waits too long. */
  #waitsFor: ApiError;
  #listeners = 0;

  constructor(parts: CallParts) {
    this.#parts = parts;
    const busy = `Too many calls wait for ${parts.model.provider.name}. Try again in a while.`;
    this.#waitsFor = new ApiError(429, 'busy', busy, { headers: { 'retry-after': '10' } });
    this.#reply.promise.catch(() => {});
    this.ended = this.#run().catch((error: unknown) => this.#reply.reject(asApiError(error)));
  }

  /** The reply, as soon as there is something to send; rejects with an `ApiError`. */
  get reply(): Promise<Reply> {
    return this.#reply.promise;
  }

  /** Someone waits for the reply; the result says that they have gone. When nobody is left the call is cancelled, upstream too. */
  listen(): () => void {
    this.#listeners++;
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      if (--this.#listeners === 0) this.#control.abort(new ApiError(499, 'cancelled', 'The call was cancelled.'));
    };
  }

  async #run(): Promise<void> {
    const { model, text, stream, withUsage, upstream, waiting, ceilings } = this.#parts;
    const { signal } = this.#control;
    let timer = setTimeout(() => this.#control.abort(this.#waitsFor), 1000 * ceilings.waitSeconds);
    const ends: (() => void)[] = [];
    const end = (): void => {
      clearTimeout(timer);
      for (const one of ends.splice(0)) one();
    };
    let state: 'new' | 'reserved' | 'sent' = 'new';
    let usage: unknown = null;
    let failure: ApiError | null = null;
    let reply: Reply | undefined;
    try {
      ends.push(waiting(Buffer.byteLength(text)));
      await this.#reserve(signal);
      state = 'reserved';
      const endTurn = await upstream.turn(signal);
      end();
      ends.push(endTurn);
      const tooLong = new ApiError(504, 'too_long', `The call took longer than ${ceilings.totalSeconds} s and was ended.`);
      timer = setTimeout(() => this.#control.abort(tooLong), 1000 * ceilings.totalSeconds);
      state = 'sent';
      const response = await upstream.send(text, signal);
      if (stream) {
        const streamed = new Replay();
        reply = { streamed };
        this.#reply.resolve(reply);
        const passing = { bytes: ceilings.replyBytes, withUsage, push: (chunk: Uint8Array) => streamed.push(chunk) };
        ({ usage, failure } = await passStream(response, model.provider.name, passing));
      } else {
        const { whole, usage: told } = await readReply(response, model.provider.name, ceilings.replyBytes);
        usage = told;
        reply = { whole, cacheable: usageCost(told, model) !== null };
      }
    } catch (error) {
      failure = asApiError(signal.aborted ? signal.reason : error);
    }
    end();
    await this.#close(state, usage, failure);
    if (!reply) this.#reply.reject(failure);
    else if ('streamed' in reply) reply.streamed.end();
    else this.#reply.resolve(reply);
  }

  /** Reserves the bound on all accounts, waiting while open calls hold what is missing. */
  async #reserve(signal: AbortSignal): Promise<void> {
    const { caller, model, bound, books, ceilings } = this.#parts;
    const busy = this.#waitsFor;
    for (;;) {
      signal.throwIfAborted();
      const result = await books.reserve({ id: this.#id, accounts: caller.accounts, bound, model: model.id });
      if (result.outcome === 'reserved') break;
      const whose = { seat: 'this seat', class: 'the class' }[result.account.split(':')[0]!] ?? 'this server';
      if (result.outcome === 'refused') {
        const spent = `What is left of the ${result.quantity} for ${whose} is too little for this call. Ask for fewer tokens, or for more budget.`;
        throw new ApiError(429, 'budget_spent', spent, { type: 'insufficient_quota', headers: { 'x-should-retry': 'false' } });
      }
      const held = `Open calls hold what is left of the ${result.quantity} for ${whose}. Try again when they have ended.`;
      this.#waitsFor = new ApiError(429, 'budget_reserved', held, { headers: { 'retry-after': '5' } });
      await books.changed(Math.min(500, 1000 * ceilings.waitSeconds));
    }
    this.#waitsFor = busy;
  }

  /** Closes the books on this call. A store that fails now leaves the reservation: it is booked at its bound when the store is opened again. */
  async #close(state: 'new' | 'reserved' | 'sent', usage: unknown, failure: ApiError | null): Promise<void> {
    const { books, model, bound, onEnd } = this.#parts;
    if (state === 'new') return onEnd({ booked: null, books: 'refused', failure });
    const cost = usageCost(usage, model);
    const isFree = state === 'reserved' || (failure instanceof UpstreamError && !failure.mayCost);
    try {
      if (cost) await books.settle(this.#id, cost);
      else if (isFree) await books.release(this.#id);
      else await books.abandon(this.#id, failure?.code ?? 'no usage');
      onEnd({ booked: cost ?? (isFree ? null : bound), books: cost ? 'settled' : isFree ? 'released' : 'unresolved', failure });
    } catch {
      onEnd({ booked: bound, books: 'unresolved', failure: failure ?? asApiError(null) });
    }
  }
}

/** Anything that isn't said in an `ApiError` is no business of the client's. */
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = 'The server can’t keep its books just now, so it makes no calls. Try again later.';
  return new ApiError(503, 'store_unavailable', message, { headers: { 'retry-after': '10' } });
}
