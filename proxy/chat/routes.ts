import { LRUCache } from 'lru-cache';
import { ApiError } from '../error.ts';
import { row, type ProxyContext, type Route } from '../route.ts';
import { digest } from '../secret.ts';
import { type Account, DOLLAR } from '../store/amounts.ts';
import { startCall, type Call, type CallParts } from './call.ts';
import { findModel, outgoing, usable, type Model, type Models } from './model.ts';
import { readChatRequest } from './request.ts';
import { openWaitingRoom } from './waiting-room.ts';

export interface ChatParts extends Omit<CallParts, 'waiting'> {
  models: Models;
  /** Replies kept, 0 for none. A client asks for them with `x-tagsmith-cache: allow`. */
  cachedReplies: number;
}

const CACHED_BYTES = 64 * 1024 * 1024;
const CACHED_MILLISECONDS = 24 * 3600 * 1000;

/** OpenAI's chat completions and models, and `/v1/limits`: what the caller may use and what is left of it. */
export function chatRoutes(parts: ChatParts): Route[] {
  const { models, books, ceilings } = parts;
  return [
    row('POST', '/v1/chat/completions', 'caller', completions(parts)),
    row('GET', '/v1/models', 'caller', (context) => context.json({ object: 'list', data: usable(models, context.get('caller')).map(describe) })),
    row('GET', '/v1/models/:id{.+}', 'caller', (context) => context.json(describe(findModel(models, context.get('caller'), context.req.param('id')!)))),
    row('GET', '/v1/limits', 'caller', async (context) => {
      const caller = context.get('caller');
      const accounts = await Promise.all(caller.accounts.map(async (name) => ({ name: name.split(':')[0], ...limits(await books.account(name)) })));
      return context.json({ models: usable(models, caller).map(terms), accounts, ceilings });
    }),
  ];
}

/** Plain and streamed. */
function completions({ models, cachedReplies, ...parts }: ChatParts): Route['handler'] {
  const { ceilings } = parts;
  const callParts = { ...parts, waiting: openWaitingRoom(ceilings) };
  /** Calls under way by seat and idempotency key. */
  const underWay = new Map<string, { hash: string; call: Call }>();
  const sizes = { maxSize: CACHED_BYTES, sizeCalculation: ({ length }: Uint8Array) => length + 1, ttl: CACHED_MILLISECONDS };
  const cache = cachedReplies > 0 ? new LRUCache<string, Uint8Array>({ max: cachedReplies, ...sizes }) : null;

  return async (context: ProxyContext): Promise<Response> => {
    const caller = context.get('caller');
    const request = await readChatRequest(context.req.raw, ceilings);
    const model = findModel(models, caller, request.model);
    const body = outgoing(request, model, ceilings);
    const withUsage = request.stream_options?.include_usage === true;
    context.get('notes').model = model.id;

    const key = context.req.header('idempotency-key');
    const mayCache = cache !== null && !request.stream && context.req.header('x-tagsmith-cache') === 'allow';
    const hash = key || mayCache ? digest(JSON.stringify([caller.scope, withUsage, body])) : '';
    const kept = mayCache ? cache.get(hash) : undefined;
    if (kept) return json(kept, 'hit');

    const name = key && `${caller.seat}\n${key}`;
    const same = name ? underWay.get(name) : undefined;
    const notSame = 'Another request with this idempotency key is under way, and it is not the same.';
    if (same && same.hash !== hash) throw new ApiError(409, 'idempotency_key_in_use', notSame);
    const call = same?.call ?? startCall(callParts, { caller, model, body, withUsage });
    if (name && !same) {
      underWay.set(name, { hash, call });
      void call.ended.then(() => underWay.delete(name));
    }
    const leave = call.listen();
    const { signal } = context.req.raw;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const reply = await call.reply;
    if ('streamed' in reply) {
      const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
      return new Response(reply.streamed.read(leave), { headers });
    }
    if (mayCache && reply.cacheable) cache.set(hash, reply.whole);
    return json(reply.whole, mayCache ? 'miss' : undefined);
  };
}

function json(body: Uint8Array, cache?: 'hit' | 'miss'): Response {
  return new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/json', ...(cache ? { 'x-tagsmith-cache': cache } : {}) } });
}

function describe({ id, provider }: Model): { id: string; object: 'model'; created: number; owned_by: string } {
  return { id, object: 'model', created: 0, owned_by: provider.name };
}

function terms({ id, provider, input, output, context, maxOutput }: Model): object {
  return { id, provider: provider.name, host: new URL(provider.url).host, inputDollarsPerMillion: input, outputDollarsPerMillion: output, context, maxOutput };
}

function limits({ caps, spent, reserved, open, unresolved }: Account): object {
  const { money = null, tokens = null, requests = null, concurrency = null } = caps;
  const dollars = (units: number): number => units / DOLLAR;
  return {
    caps: { dollars: money === null ? null : dollars(money), tokens, requests, concurrency },
    used: { dollars: dollars(spent.money), tokens: spent.tokens, requests: spent.requests },
    reserved: { dollars: dollars(reserved.money), tokens: reserved.tokens },
    open,
    unresolved: { dollars: dollars(unresolved.money), requests: unresolved.requests },
  };
}
