import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import PQueue from 'p-queue';
import { Agent, request } from 'undici';
import { ApiError } from '../error.ts';
import type { Provider } from '../providers-file.ts';
import { publicLookup } from './address.ts';
import type { Ceilings } from './ceilings.ts';
import type { Body } from './providers.ts';
import { readLimited } from './read-limited.ts';

/** A call that brought no reply. `mayCost`: the service may have worked on it all the same. */
export class UpstreamError extends ApiError {
  override name = 'UpstreamError';
  readonly mayCost: boolean;

  constructor(status: number, type: ApiError['type'], code: string, message: string, mayCost: boolean, headers: Record<string, string> = {}) {
    super(status, type, code, message, headers);
    this.mayCost = mayCost;
  }
}

/** A reply that has begun. */
export interface UpstreamReply {
  /** Its content type. */
  type: string;
  body: Readable;
}

export interface Retries {
  attempts: number;
  /** The wait before attempt k is drawn from 0 to `base · 2^k`, at most `most` milliseconds (full jitter). */
  base: number;
  most: number;
  /** A longer `retry-after` than this many milliseconds is passed on to the client. */
  mostRetryAfter: number;
}

export const usualRetries: Retries = { attempts: 4, base: 500, most: 8000, mostRetryAfter: 20_000 };

/** Errors from before a request was sent. */
const UNSENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|PRIVATE_ADDRESS|ERR_TLS_.*|CERT_.*|.*_CERT|.*_CERT_.*|.*_ISSUER_.*)$/;
/** Of these, the ones that pass by themselves. */
const PASSING = /^(?:ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

const ERROR_BYTES = 65_536;

/** A provider's side of the proxy: one address and one key, whatever a client sends; a bounded number of calls at once and a minute. */
export class Upstream {
  readonly #provider: Provider;
  readonly #client: OpenAI;
  readonly #agent: Agent;
  readonly #retries: Retries;
  readonly #queue: PQueue;
  /** Bodies of replies. A `Response` of the web's kind would carry them, at several times the cost. */
  readonly #bodies = new WeakMap<Response, Readable>();

  constructor(provider: Provider, ceilings: Ceilings, retries = usualRetries) {
    const { url, key, kind, local, concurrency, callsPerMinute } = provider;
    this.#provider = provider;
    this.#retries = retries;
    this.#queue = new PQueue({ concurrency, ...(callsPerMinute ? { intervalCap: callsPerMinute, interval: 60_000 } : {}) });
    this.#agent = new Agent({
      connect: { timeout: 5000, ...(local ? {} : { lookup: publicLookup }) },
      headersTimeout: 1000 * ceilings.firstByteSeconds,
      bodyTimeout: 1000 * ceilings.idleSeconds,
      connections: concurrency,
    });
    this.#client = new OpenAI({
      baseURL: url,
      apiKey: key ?? 'none',
      // What the package would else read from the environment is OpenAI's alone.
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: 1000 * ceilings.firstByteSeconds,
      logLevel: 'off',
      defaultHeaders: key && kind.headers ? { authorization: null, ...kind.headers(key) } : key ? {} : { authorization: null },
      fetch: (address, init) => this.#fetch(address as string, init as RequestInit & { headers: Headers; body: string }),
    });
  }

  /** Resolves when it is this call's turn; the result ends it. */
  async turn(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.#queue.add(() => new Promise<void>((done) => resolve(done)), { signal }).catch(reject);
    });
  }

  /** Sends a request until a reply begins; throws an `UpstreamError`. */
  async send(body: Body, signal: AbortSignal): Promise<UpstreamReply> {
    const adapted = this.#provider.kind.adapt?.(body) ?? body;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.#client.post('/chat/completions', { body: adapted, signal }).asResponse();
        return { type: response.headers.get('content-type') ?? '', body: this.#bodies.get(response)! };
      } catch (error) {
        signal.throwIfAborted();
        const wait = attempt + 1 < this.#retries.attempts ? this.#waitBefore(error, attempt) : null;
        if (wait === null) throw this.#explain(error);
        await sleep(wait, undefined, { signal });
      }
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Redirects are not followed: they come back as what they are. */
  async #fetch(address: string, { headers, body, signal }: RequestInit & { headers: Headers; body: string }): Promise<Response> {
    const reply = await request(address, { method: 'POST', headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' }, body, signal: signal ?? null, dispatcher: this.#agent });
    const kept = ['content-type', 'retry-after'].flatMap((name): [string, string][] => (typeof reply.headers[name] === 'string' ? [[name, reply.headers[name]]] : []));
    const init = { status: reply.statusCode, headers: kept };
    if (reply.statusCode >= 200 && reply.statusCode < 300) {
      const response = new Response(null, init);
      this.#bodies.set(response, reply.body);
      return response;
    }
    const text = await readLimited(reply.body as AsyncIterable<Uint8Array>, ERROR_BYTES).catch(() => new Uint8Array());
    return new Response([204, 304].includes(reply.statusCode) ? null : Buffer.from(text), init);
  }

  /** Milliseconds until the next attempt; null where another would not help, or might cost twice. */
  #waitBefore(error: unknown, attempt: number): number | null {
    const { base, most, mostRetryAfter } = this.#retries;
    const jitter = Math.random() * Math.min(most, base * 2 ** attempt);
    if (error instanceof APIConnectionError) return PASSING.test(codeOf(error)) ? jitter : null;
    if (!(error instanceof APIError) || !(error.status === 408 || error.status === 429 || Number(error.status) >= 500)) return null;
    const after = retryAfter(error);
    if (after === null) return jitter;
    return after <= mostRetryAfter ? after + jitter : null;
  }

  #explain(error: unknown): UpstreamError {
    const { name } = this.#provider;
    if (error instanceof APIUserAbortError) return new UpstreamError(499, 'api_error', 'cancelled', 'The call was cancelled.', true);
    if (error instanceof APIConnectionError || !(error instanceof APIError)) {
      const code = codeOf(error);
      if (UNSENT.test(code)) return new UpstreamError(502, 'api_error', 'upstream_unreachable', `${name} can't be reached (${code}). Try again later.`, false);
      const late = /timed? ?out/i.test(`${(error as Error).name} ${(error as Error).message} ${code}`);
      return late
        ? new UpstreamError(504, 'timeout_error', 'upstream_timeout', `${name} did not answer in time. Ask for less, or try again.`, true)
        : new UpstreamError(502, 'api_error', 'upstream_cut', `The connection to ${name} broke before it answered.`, true);
    }
    const status = Number(error.status);
    const said = this.#scrub(upstreamMessage(error));
    if (status >= 300 && status < 400) return new UpstreamError(502, 'api_error', 'upstream_redirect', `${name} sent the call elsewhere; redirects are not followed. The provider's url has to be the final one.`, false);
    if (status === 401 || status === 403) return new UpstreamError(502, 'api_error', 'upstream_key', `${name} refuses this server's key. Whoever runs the server has to look at it.`, false);
    if (status === 402) return new UpstreamError(429, 'insufficient_quota', 'upstream_quota', `${name} says that this server's account there has run out.`, false);
    if (status === 429) {
      const after = retryAfter(error);
      const seconds = String(Math.ceil((after ?? 5000) / 1000));
      return new UpstreamError(429, 'rate_limit_error', 'upstream_busy', `${name} takes no more calls just now. Try again in ${seconds} s.`, false, { 'retry-after': seconds });
    }
    if (status >= 500 || status === 408) return new UpstreamError(502, 'api_error', 'upstream_error', `${name} failed (${status}). Try again later.`, false);
    return new UpstreamError(400, 'invalid_request_error', 'upstream_refused', `${name} refuses the request (${status})${said ? `: ${said}` : '.'}`, false);
  }

  /** What a service says may quote the key. */
  #scrub(text: string): string {
    const { key } = this.#provider;
    const without = key ? text.replaceAll(key, '…') : text;
    return without.replace(/\b(?:sk|key|pk|rk|api|Bearer)[-_ ][\w*.-]{6,}/gi, '…').slice(0, 300);
  }
}

function upstreamMessage(error: APIError): string {
  const body = error.error as { message?: unknown } | undefined;
  return typeof body?.message === 'string' ? body.message : '';
}

/** The code of the innermost cause that has one. */
function codeOf(error: unknown): string {
  let code = '';
  for (let cause = error as { code?: unknown; cause?: unknown } | undefined; cause; cause = cause.cause as typeof cause) if (typeof cause.code === 'string') code = cause.code;
  return code;
}

/** `retry-after` in milliseconds, given as seconds or as a date; null where there is none. */
function retryAfter({ headers }: APIError): number | null {
  const value = headers?.get('retry-after');
  if (!value) return null;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}
