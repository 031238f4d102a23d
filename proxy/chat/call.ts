import { randomUUID } from 'node:crypto';
import { ApiError } from '../error.ts';
import { hashedSeat, type Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Caller } from '../route.ts';
import type { Amount } from '../store/amounts.ts';
import type { Books } from '../store/books.ts';
import type { Ceilings } from './ceilings.ts';
import { boundOf, usageCost, type Model } from './model.ts';
import type { Body } from './providers.ts';
import { passStream, readReply } from './reply.ts';
import { Replay } from './replay.ts';
import { UpstreamError, type Upstream } from './upstream.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What calls are made with. */
export interface CallParts {
  upstreams: ReadonlyMap<string, Upstream>;
  books: Books;
  waiting: WaitingRoom;
  ceilings: Ceilings;
  log: Logger;
  metrics: Metrics;
}

export interface AskedCall {
  caller: Caller;
  model: Model;
  /** In OpenAI's form, as `outgoing` makes it. */
  body: Body;
  /** Whether the client asked for the usage of its stream. */
  withUsage: boolean;
}

/** A whole reply, or one that is on its way. */
export type Reply = { whole: Uint8Array; cacheable: boolean } | { streamed: Replay };

export type Call = ReturnType<typeof startCall>;

/** One call upstream, for one client or for several that sent the same: it goes on while any of them listens. */
export function startCall({ upstreams, books, waiting, ceilings, log, metrics }: CallParts, { caller, model, body, withUsage }: AskedCall) {
  const id = randomUUID();
  const bound = boundOf(body, model);
  const control = new AbortController();
  const { signal } = control;
  const provider = model.provider.name;
  const upstream = upstreams.get(provider)!;
  const reply = Promise.withResolvers<Reply>();
  reply.promise.catch(() => {});
  const busy = (): ApiError => tryAgain('busy', `Too many calls wait for ${provider}. Try again in a while.`, 10);
  /** What it is told that waits too long. */
  let waitsFor = busy;
  let state: 'new' | 'reserved' | 'sent' = 'new';

  async function run(): Promise<void> {
    const text = upstream.adapt(body);
    let timer = setTimeout(() => control.abort(waitsFor()), 1000 * ceilings.waitSeconds);
    const ends: (() => void)[] = [];
    const end = (): void => {
      clearTimeout(timer);
      for (const one of ends.splice(0)) one();
    };
    let usage: unknown = null;
    let failure: ApiError | null = null;
    let given: Reply | undefined;
    try {
      ends.push(waiting(Buffer.byteLength(text)));
      await reserve();
      state = 'reserved';
      const endTurn = await upstream.turn(signal);
      end();
      ends.push(endTurn);
      const tooLong = (): ApiError => new ApiError(504, 'too_long', `The call took longer than ${ceilings.totalSeconds} s and was ended.`);
      timer = setTimeout(() => control.abort(tooLong()), 1000 * ceilings.totalSeconds);
      state = 'sent';
      const response = await upstream.send(text, signal);
      if (body.stream) {
        const streamed = new Replay();
        given = { streamed };
        reply.resolve(given);
        ({ usage, failure } = await passStream(response, provider, { bytes: ceilings.replyBytes, withUsage, push: (chunk) => streamed.push(chunk) }));
      } else {
        const { whole, usage: told } = await readReply(response, provider, ceilings.replyBytes);
        usage = told;
        given = { whole, cacheable: usageCost(told, model) !== null };
      }
    } catch (error) {
      failure = asApiError(signal.aborted ? signal.reason : error);
    }
    end();
    await close(usage, failure);
    if (!given) reply.reject(failure);
    else if ('streamed' in given) given.streamed.end();
    else reply.resolve(given);
  }

  /** Reserves the bound on all accounts, waiting while open calls hold what is missing. */
  async function reserve(): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const result = await books.reserve({ id, accounts: caller.accounts, bound, model: model.id });
      if (result.outcome === 'reserved') break;
      const whose = { seat: 'this seat', class: 'the class' }[result.account.split(':')[0]!] ?? 'this server';
      if (result.outcome === 'refused') {
        const spent = `What is left of the ${result.quantity} for ${whose} is too little for this call. Ask for fewer tokens, or for more budget.`;
        throw new ApiError(429, 'budget_spent', spent, { type: 'insufficient_quota', headers: { 'x-should-retry': 'false' } });
      }
      const held = `Open calls hold what is left of the ${result.quantity} for ${whose}. Try again when they have ended.`;
      waitsFor = () => tryAgain('budget_reserved', held, 5);
      await books.changed(Math.min(500, 1000 * ceilings.waitSeconds));
    }
    waitsFor = busy;
  }

  /** Closes the books on this call. A store that fails now leaves the reservation, until it can be told or is opened again. */
  async function close(usage: unknown, failure: ApiError | null): Promise<void> {
    if (state === 'new') return report('refused', null, failure);
    const cost = usageCost(usage, model);
    const isFree = state === 'reserved' || (failure instanceof UpstreamError && !failure.mayCost);
    try {
      if (cost) await books.settle(id, cost);
      else if (isFree) await books.release(id);
      else await books.abandon(id, failure?.code ?? 'no usage');
      report(cost ? 'settled' : isFree ? 'released' : 'unresolved', cost ?? (isFree ? null : bound), failure);
    } catch {
      report('unresolved', bound, failure ?? asApiError(null));
    }
  }

  /** Tells log and metrics what was booked: by the usage that came, at the bound, or nothing. */
  function report(how: 'settled' | 'unresolved' | 'released' | 'refused', booked: Amount | null, failure: ApiError | null): void {
    metrics.call(model.id, how, booked, failure?.code);
    if (log.isLevelEnabled('info')) log.info({ model: model.id, seat: hashedSeat(caller.seat), books: how, ...booked, error: failure?.code }, 'call');
  }

  const listeners = new Set<symbol>();
  return {
    /** The reply, as soon as there is something to send; rejects with an `ApiError`. */
    reply: reply.promise,
    /** When nothing more comes and the books are closed. Never rejects. */
    ended: run().catch((error: unknown) => reply.reject(asApiError(error))),
    /** Someone waits for the reply; the result says that they have gone. When nobody is left the call is cancelled, upstream too. */
    listen(): () => void {
      const listener = Symbol('listener');
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) control.abort(new ApiError(499, 'cancelled', 'The call was cancelled.'));
      };
    },
  };
}

function tryAgain(code: string, message: string, seconds: number): ApiError {
  return new ApiError(429, code, message, { headers: { 'retry-after': String(seconds) } });
}

/** Anything that isn't said in an `ApiError` is no business of the client's. */
function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = 'The server can’t keep its books just now, so it makes no calls. Try again later.';
  return new ApiError(503, 'store_unavailable', message, { headers: { 'retry-after': '10' } });
}
