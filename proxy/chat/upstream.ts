import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { Agent, request } from 'undici';
import { parseJson, readLimited } from '../body.ts';
import { ApiError, type ErrorOptions } from '../error.ts';
import type { Provider } from '../providers-file.ts';
import { publicLookup } from './address.ts';
import type { Ceilings } from './ceilings.ts';
import type { Body } from './providers.ts';

interface Consequences extends ErrorOptions {
  /** Whether the service may have worked on it all the same. */
  mayCost?: boolean;
  /** Another attempt may help after so many milliseconds. */
  again?: number;
}

/** A call that brought no reply. */
export class UpstreamError extends ApiError {
  override name = 'UpstreamError';
  readonly mayCost: boolean;
  readonly again: number | undefined;

  constructor(status: number, code: string, message: string, { mayCost = true, again, ...options }: Consequences = {}) {
    super(status, code, message, options);
    this.mayCost = mayCost;
    this.again = again;
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

/** Errors from before a request was sent that pass by themselves, and others. */
const PASSING = /^(?:ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const UNSENT = /^(?:ENOTFOUND|PRIVATE_ADDRESS|ERR_TLS_.*|CERT_.*|.*_CERT|.*_CERT_.*|.*_ISSUER_.*)$/;

const ERROR_BYTES = 65_536;

/**
 * A provider's side of the proxy: one address and one key, whatever a client sends; a bounded number of calls at once and
 * a minute. It is one request over undici: through the `openai` package the proxy made three quarters as many calls a second.
 */
export class Upstream {
  readonly #provider: Provider;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;
  readonly #retries: Retries;
  readonly #queue: PQueue;

  constructor(provider: Provider, ceilings: Ceilings, retries = usualRetries) {
    const { key, kind, local, concurrency, callsPerMinute } = provider;
    this.#provider = provider;
    this.#retries = retries;
    this.#queue = new PQueue({ concurrency, ...(callsPerMinute ? { intervalCap: callsPerMinute, interval: 60_000 } : {}) });
    this.#agent = new Agent({
      connect: { timeout: 5000, ...(local ? {} : { lookup: publicLookup }) },
      headersTimeout: 1000 * ceilings.firstByteSeconds,
      bodyTimeout: 1000 * ceilings.idleSeconds,
      connections: concurrency,
    });
    const accepted = { accept: 'application/json, text/event-stream', 'accept-encoding': 'identity' };
    const auth = key === null ? {} : (kind.headers?.(key) ?? { authorization: `Bearer ${key}` });
    this.#headers = { 'content-type': 'application/json', ...accepted, 'user-agent': 'tagsmith', ...auth };
  }

  /** A body as this provider takes it. */
  adapt(body: Body): string {
    return JSON.stringify(this.#provider.kind.adapt?.(body) ?? body);
  }

  /** Resolves when it is this call's turn; the result ends it. */
  async turn(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.#queue.add(() => new Promise<void>((done) => resolve(done)), { signal }).catch(reject);
    });
  }

  /** Sends a request until a reply begins; throws an `UpstreamError`. */
  async send(text: string, signal: AbortSignal): Promise<UpstreamReply> {
    const { attempts, base, most, mostRetryAfter } = this.#retries;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#post(text, signal);
      } catch (error) {
        signal.throwIfAborted();
        const failure = error instanceof UpstreamError ? error : this.#broken(error);
        if (failure.again === undefined || failure.again > mostRetryAfter || attempt === attempts) throw failure;
        await sleep(failure.again + Math.random() * Math.min(most, base * 2 ** (attempt - 1)), undefined, { signal });
      }
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Redirects are not followed: they come back as what they are. */
  async #post(text: string, signal: AbortSignal): Promise<UpstreamReply> {
    const sent = { method: 'POST', headers: this.#headers, body: text, signal, dispatcher: this.#agent } as const;
    const { statusCode, headers, body } = await request(`${this.#provider.url}/chat/completions`, sent);
    const said = (name: string): string => [headers[name] ?? ''].flat()[0]!;
    if (statusCode >= 200 && statusCode < 300) return { type: said('content-type'), body };
    const reason = await readLimited(body as AsyncIterable<Uint8Array>, ERROR_BYTES).catch(() => new Uint8Array());
    throw this.#refused(statusCode, messageOf(reason), milliseconds(said('retry-after')));
  }

  /** A connection that did not come about, or broke. */
  #broken(error: unknown): UpstreamError {
    const { name } = this.#provider;
    const code = codeOf(error);
    const unreachable = `${name} can't be reached (${code}). Try again later.`;
    if (PASSING.test(code)) return new UpstreamError(502, 'upstream_unreachable', unreachable, { mayCost: false, again: 0 });
    if (UNSENT.test(code)) return new UpstreamError(502, 'upstream_unreachable', unreachable, { mayCost: false });
    const isLate = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'ETIMEDOUT';
    if (isLate) return new UpstreamError(504, 'upstream_timeout', `${name} did not answer in time. Ask for less, or try again.`);
    return new UpstreamError(502, 'upstream_cut', `The connection to ${name} broke before it answered.`);
  }

  /** A reply that is no success. `after`: milliseconds after which it wants to be asked again. */
  #refused(status: number, said: string, after: number | null): UpstreamError {
    const { name } = this.#provider;
    const failed = (code: string, message: string, again?: Consequences): UpstreamError =>
      new UpstreamError(502, code, `${name} ${message}`, { mayCost: false, ...again });
    const redirected = "sent the call elsewhere; redirects are not followed. The provider's url has to be the final one.";
    if (status >= 300 && status < 400) return failed('upstream_redirect', redirected);
    if (status === 401 || status === 403) return failed('upstream_key', "refuses this server's key. Whoever runs the server has to look at it.");
    if (status === 408 || status >= 500) return failed('upstream_error', `failed (${status}). Try again later.`, { again: after ?? 0 });
    const empty = `${name} says that this server's account there has run out.`;
    if (status === 402) return new UpstreamError(429, 'upstream_quota', empty, { type: 'insufficient_quota', mayCost: false });
    if (status === 429) {
      const seconds = String(Math.ceil((after ?? 5000) / 1000));
      const consequences = { mayCost: false, again: after ?? 0, headers: { 'retry-after': seconds } };
      return new UpstreamError(429, 'upstream_busy', `${name} takes no more calls just now. Try again in ${seconds} s.`, consequences);
    }
    const message = `${name} refuses the request (${status})${said ? `: ${this.#scrub(said)}` : '.'}`;
    return new UpstreamError(400, 'upstream_refused', message, { mayCost: false });
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
    const { error } = parseJson(body) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : '';
  } catch {
    return '';
  }
}

/** The code of the innermost cause that has one. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const inner = cause ? codeOf(cause) : '';
  return inner || (typeof code === 'string' ? code : '');
}

/** `retry-after`, given as seconds or as a date; null where there is none. */
function milliseconds(retryAfter: string): number | null {
  if (retryAfter === '') return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
