import { randomUUID } from 'node:crypto';
import type { Caller } from '../access.ts';
import { ApiError } from '../error.ts';
import type { Amount, Ledger } from '../store/store.ts';
import type { Ceilings } from './ceilings.ts';
import { boundOf, usageCost, type Model } from './model.ts';
import { readReply } from './plain-reply.ts';
import type { Body } from './providers.ts';
import { Replay } from './replay.ts';
import { passStream } from './streamed-reply.ts';
import { UpstreamError, type Upstream, type UpstreamReply } from './upstream.ts';

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
  body: Body;
  /** Whether the client asked for the usage of its stream. */
  withUsage: boolean;
  ledger: Ledger;
  upstream: Upstream;
  ceilings: Ceilings;
  onEnd: (outcome: CallOutcome) => void;
}

/** A whole reply, or one that is on its way. */
export type Reply = { whole: Uint8Array; cacheable: boolean } | { streamed: Replay };

/** One call upstream, for one client or for several that sent the same: it goes on while any of them listens. */
export class Call {
  /** The reply, as soon as there is something to send; rejects with an `ApiError`. */
  readonly reply: Promise<Reply>;
  /** When nothing more comes and the books are closed. Never rejects. */
  readonly ended: Promise<void>;
  readonly #parts: CallParts;
  readonly #control = new AbortController();
  readonly #id = randomUUID();
  #listeners = 0;

  constructor(parts: CallParts) {
    this.#parts = parts;
    const running = this.#run();
    this.reply = running.then(({ reply }) => reply);
    this.ended = running.then(({ ended }) => ended).catch(() => {});
    this.reply.catch(() => {});
  }

  /** Someone waits for the reply; the result says that they have gone. When nobody is left the call is cancelled, upstream too. */
  listen(): () => void {
    this.#listeners++;
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      if (--this.#listeners === 0) this.#control.abort();
    };
  }

  async #run(): Promise<{ reply: Reply; ended: Promise<void> }> {
    const { model, body, upstream, ceilings, onEnd } = this.#parts;
    const { signal } = this.#control;
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      this.#control.abort();
    }, 1000 * (ceilings.totalSeconds + ceilings.waitSeconds));
    const bound = boundOf(body, model);
    await this.#reserve(bound, signal).catch((error: unknown) => {
      const failure = asApiError(error);
      clearTimeout(deadline);
      onEnd({ booked: null, books: 'refused', failure });
      throw failure;
    });
    let endTurn = (): void => {};
    let response: UpstreamReply;
    let sent = false;
    try {
      endTurn = await this.#turn(signal);
      sent = true;
      response = await upstream.send(body, signal);
    } catch (error) {
      endTurn();
      clearTimeout(deadline);
      const failure = late ? tooLong(ceilings) : asApiError(error);
      const mayCost = sent && (error instanceof UpstreamError ? error.mayCost : true);
      await this.#close(mayCost ? { unresolved: failure.code } : 'released', bound, failure);
      throw failure;
    }
    const finish = async (usage: unknown, failure: ApiError | null): Promise<void> => {
      endTurn();
      clearTimeout(deadline);
      const cost = usageCost(usage, model);
      await this.#close(cost ?? { unresolved: failure?.code ?? 'no usage' }, bound, failure);
    };
    if (body.stream) {
      const replay = new Replay();
      const passing = passStream(response, model.provider.name, { bytes: ceilings.replyBytes, withUsage: this.#parts.withUsage }, (chunk) => replay.push(chunk));
      const ended = passing.then(({ usage, failure }) => finish(usage, failure)).finally(() => replay.end());
      return { reply: { streamed: replay }, ended };
    }
    try {
      const { body: whole, usage } = await readReply(response.body, model.provider.name, ceilings.replyBytes);
      await finish(usage, null);
      return { reply: { whole, cacheable: usageCost(usage, model) !== null }, ended: Promise.resolve() };
    } catch (error) {
      const failure = late ? tooLong(ceilings) : asApiError(error);
      await finish(null, failure);
      throw failure;
    }
  }

  /** Reserves the bound on all accounts, waiting while open calls hold what is missing. */
  async #reserve(bound: Amount, signal: AbortSignal): Promise<void> {
    const { caller, model, ledger, ceilings } = this.#parts;
    const until = performance.now() + 1000 * ceilings.waitSeconds;
    for (;;) {
      signal.throwIfAborted();
      const result = await ledger.reserve({ id: this.#id, accounts: caller.accounts, bound, model: model.id });
      if (result.outcome === 'reserved') return;
      const whose = result.account.startsWith('seat:') ? 'this seat' : result.account.startsWith('class:') ? 'the class' : 'this server';
      if (result.outcome === 'refused') {
        throw new ApiError(429, 'insufficient_quota', 'budget_spent', `What is left of the ${result.quantity} for ${whose} is too little for this call. Ask for fewer tokens, or for more budget.`, { 'x-should-retry': 'false' });
      }
      if (performance.now() >= until) {
        throw new ApiError(429, 'rate_limit_error', 'budget_reserved', `Open calls hold what is left of the ${result.quantity} for ${whose}. Try again when they have ended.`, { 'retry-after': '5' });
      }
      await ledger.changed(Math.min(500, Math.max(1, until - performance.now())));
    }
  }

  async #turn(signal: AbortSignal): Promise<() => void> {
    const { upstream, ceilings, model } = this.#parts;
    const waiting = new AbortController();
    const give = (): void => waiting.abort();
    const timer = setTimeout(give, 1000 * ceilings.waitSeconds);
    signal.addEventListener('abort', give, { once: true });
    try {
      signal.throwIfAborted();
      return await upstream.turn(waiting.signal);
    } catch (error) {
      if (signal.aborted || !waiting.signal.aborted) throw error;
      throw new ApiError(429, 'rate_limit_error', 'busy', `Too many calls wait for ${model.provider.name}. Try again in a while.`, { 'retry-after': '10' });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
    }
  }

  /** Closes the books on this call. A store that fails now leaves the reservation: it is booked at its bound when the store is opened again. */
  async #close(end: Amount | { unresolved: string } | 'released', bound: Amount, failure: ApiError | null): Promise<void> {
    const { ledger, onEnd } = this.#parts;
    try {
      if (end === 'released') await ledger.release(this.#id);
      else if ('unresolved' in end) await ledger.abandon(this.#id, end.unresolved);
      else await ledger.settle(this.#id, end);
      onEnd(end === 'released' ? { booked: null, books: 'released', failure } : 'unresolved' in end ? { booked: bound, books: 'unresolved', failure } : { booked: end, books: 'settled', failure });
    } catch {
      onEnd({ booked: bound, books: 'unresolved', failure: failure ?? asApiError(null) });
    }
  }
}

function tooLong({ totalSeconds }: Ceilings): ApiError {
  return new UpstreamError(504, 'timeout_error', 'too_long', `The call took longer than ${totalSeconds} s and was ended.`, true);
}

/** Anything that isn't said in an `ApiError` is no business of the client's. */
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new ApiError(499, 'api_error', 'cancelled', 'The call was cancelled.');
  return new ApiError(503, 'api_error', 'store_unavailable', 'The server can’t keep its books just now, so it makes no calls. Try again later.', { 'retry-after': '10' });
}
