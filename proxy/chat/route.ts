import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ApiError } from '../error.ts';
import type { ProxyContext, Route } from '../route.ts';
import type { Ledger } from '../store/store.ts';
import { Call, type CallOutcome } from './call.ts';
import type { Ceilings } from './ceilings.ts';
import { findModel, outgoing, type Model } from './model.ts';
import { parseRequest, readBody } from './request.ts';
import type { Upstream } from './upstream.ts';

export interface ChatParts {
  models: ReadonlyMap<string, Model>;
  upstreams: ReadonlyMap<string, Upstream>;
  ledger: Ledger;
  ceilings: Ceilings;
  /** Replies kept, 0 for none. A client asks for them with `x-tagsmith-cache: allow`. */
  cachedReplies: number;
  onCall: (model: Model, seat: string, outcome: CallOutcome) => void;
}

const CACHED_BYTES = 64 * 1024 * 1024;
const CACHED_MILLISECONDS = 24 * 3600 * 1000;

/** `/v1/chat/completions`, plain and streamed. */
export function chatRoute({ models, upstreams, ledger, ceilings, cachedReplies, onCall }: ChatParts): Route {
  /** Calls under way by seat and idempotency key. */
  const underWay = new Map<string, { hash: string; call: Call }>();
  const cache = cachedReplies > 0 ? new LRUCache<string, Uint8Array>({ max: cachedReplies, maxSize: CACHED_BYTES, sizeCalculation: ({ length }) => length + 1, ttl: CACHED_MILLISECONDS }) : null;

  const handler = async (context: ProxyContext): Promise<Response> => {
    const caller = context.get('caller');
    const request = parseRequest(await readBody(context.req.raw, ceilings), ceilings);
    const model = findModel(models, caller, request.model);
    const body = outgoing(request, model, ceilings);
    const withUsage = request.stream_options?.include_usage === true;
    context.get('notes').model = model.id;

    const key = context.req.header('idempotency-key');
    const mayCache = cache !== null && !request.stream && context.req.header('x-tagsmith-cache') === 'allow';
    const hash = key || mayCache ? createHash('sha256').update(JSON.stringify([caller.scope, withUsage, body])).digest('base64') : '';
    const kept = mayCache ? cache.get(hash) : undefined;
    if (kept) return json(kept, 'hit');

    const name = key && `${caller.seat}\n${key}`;
    const same = name ? underWay.get(name) : undefined;
    if (same && same.hash !== hash) throw new ApiError(409, 'invalid_request_error', 'idempotency_key_in_use', 'Another request with this idempotency key is under way, and it is not the same.');
    const onEnd = (outcome: CallOutcome): void => onCall(model, caller.seat, outcome);
    const call = same?.call ?? new Call({ caller, model, body, withUsage, ledger, upstream: upstreams.get(model.provider.name)!, ceilings, onEnd });
    if (name && !same) {
      underWay.set(name, { hash, call });
      void call.ended.then(() => underWay.delete(name));
    }
    const leave = call.listen();
    const { signal } = context.req.raw;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const reply = await call.reply;
    if ('streamed' in reply) return new Response(reply.streamed.read(leave), { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } });
    if (mayCache && reply.cacheable) cache.set(hash, reply.whole);
    return json(reply.whole, mayCache ? 'miss' : undefined);
  };
  return { method: 'POST', path: '/v1/chat/completions', guard: 'caller', handler };
}

function json(body: Uint8Array, cache?: 'hit' | 'miss'): Response {
  return new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...(cache ? { 'x-tagsmith-cache': cache } : {}) } });
}
