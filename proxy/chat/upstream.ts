import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** A reply that is no success. */
class RefusalError extends Error {
  override name = 'RefusalError';
  readonly status: number;
  /** Milliseconds; null where nothing is said. */
  readonly retryAfter: number | null;

  constructor(status: number, message: string, retryAfter: number | null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Errors from before a request was sent. */
const UNSENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|PRIVATE_ADDRESS|ERR_TLS_.*|CERT_.*|.*_CERT|.*_CERT_.*|.*_ISSUER_.*)$/;
/** Of these, the ones that pass by themselves. */
const PASSING = /^(?:ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

const ERROR_BYTES = 65_536;

/**
 * A provider's side of the proxy: one address and one key, whatever a client sends; a bounded number of calls at once and
 * a minute. It is one request over undici: through the `openai` package the proxy made three quarters as many calls a second.
 */
export class Upstream {
  readonly #provider: Provider;
  readonly #address: string;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;
  readonly #retries: Retries;
  readonly #queue: PQueue;

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
    this.#address = `${url}/chat/completions`;
    const auth = key === null ? {} : (kind.headers?.(key) ?? { authorization: `Bearer ${key}` });
    this.#headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'accept-encoding': 'identity', 'user-agent': 'tagsmith', ...auth };
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
    const adapted = JSON.stringify(this.#provider.kind.adapt?.(body) ?? body);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#post(adapted, signal);
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
  async #post(text: string, signal: AbortSignal): Promise<UpstreamReply> {
    const { statusCode, headers, body } = await request(this.#address, { method: 'POST', headers: this.#headers, body: text, signal, dispatcher: this.#agent });
    const said = (name: string): string => [headers[name] ?? ''].flat()[0]!;
    if (statusCode >= 200 && statusCode < 300) return { type: said('content-type'), body };
    const reason = await readLimited(body as AsyncIterable<Uint8Array>, ERROR_BYTES).catch(() => new Uint8Array());
    throw new RefusalError(statusCode, messageOf(reason), milliseconds(said('retry-after')));
  }

  /** Milliseconds until the next attempt; null where another would not help, or might cost twice. */
  #waitBefore(error: unknown, attempt: number): number | null {
    const { base, most, mostRetryAfter } = this.#retries;
    const jitter = Math.random() * Math.min(most, base * 2 ** attempt);
    if (!(error instanceof RefusalError)) return PASSING.test(codeOf(error)) ? jitter : null;
    const { status, retryAfter: after } = error;
    if (!(status === 408 || status === 429 || status >= 500)) return null;
    if (after === null) return jitter;
    return after <= mostRetryAfter ? after + jitter : null;
  }

  #explain(error: unknown): UpstreamError {
    const { name } = this.#provider;
    if (!(error instanceof RefusalError)) {
      const code = codeOf(error);
      if (UNSENT.test(code)) return new UpstreamError(502, 'api_error', 'upstream_unreachable', `${name} can't be reached (${code}). Try again later.`, false);
      const late = /timed? ?out/i.test(`${(error as Error).name} ${(error as Error).message} ${code}`);
      return late
        ? new UpstreamError(504, 'timeout_error', 'upstream_timeout', `${name} did not answer in time. Ask for less, or try again.`, true)
        : new UpstreamError(502, 'api_error', 'upstream_cut', `The connection to ${name} broke before it answered.`, true);
    }
    const { status, retryAfter } = error;
    const said = this.#scrub(error.message);
    if (status >= 300 && status < 400) return new UpstreamError(502, 'api_error', 'upstream_redirect', `${name} sent the call elsewhere; redirects are not followed. The provider's url has to be the final one.`, false);
    if (status === 401 || status === 403) return new UpstreamError(502, 'api_error', 'upstream_key', `${name} refuses this server's key. Whoever runs the server has to look at it.`, false);
    if (status === 402) return new UpstreamError(429, 'insufficient_quota', 'upstream_quota', `${name} says that this server's account there has run out.`, false);
    if (status === 429) {
      const seconds = String(Math.ceil((retryAfter ?? 5000) / 1000));
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

/** What an error in OpenAI's form says. */
function messageOf(body: Uint8Array): string {
  try {
    const { error } = JSON.parse(new TextDecoder().decode(body)) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : '';
  } catch {
    return '';
  }
}

/** The code of the innermost cause that has one. */
function codeOf(error: unknown): string {
  let code = '';
  for (let cause = error as { code?: unknown; cause?: unknown } | undefined; cause; cause = cause.cause as typeof cause) if (typeof cause.code === 'string') code = cause.code;
  return code;
}

/** `retry-after`, given as seconds or as a date; null where there is none. */
function milliseconds(retryAfter: string): number | null {
  if (retryAfter === '') return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
