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
  readonly mayCost: boolean;
  readonly again: number | undefined;

  constructor(status: number, code: string, message: string, { mayCost = true, again, ...options }: Consequences = {}) {
    super(status, code, message, options);
    this.mayCost = mayCost;
    this.again = again;
  }
}

/**
 * The wait before attempt k is drawn from 0 to `base · 2^k`, at most `most` milliseconds (full jitter). A longer
 * `retry-after` than `mostRetryAfter` milliseconds is passed on to the client.
 */
const usualRetries = { attempts: 4, base: 500, most: 8000, mostRetryAfter: 20_000 };

export type Retries = typeof usualRetries;

export type Upstream = ReturnType<typeof openUpstream>;

/** A reply that has begun. */
export type UpstreamReply = Awaited<ReturnType<Upstream['send']>>;

/** Errors from before a request was sent that pass by themselves, and others. */
const PASSING = /^(?:ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const UNSENT = /^(?:ENOTFOUND|PRIVATE_ADDRESS|ERR_TLS_.*|CERT_.*|.*_CERT|.*_CERT_.*|.*_ISSUER_.*)$/;

const ERROR_BYTES = 65_536;

/**
 * A provider's side of the proxy: one address and one key, whatever a client sends; a bounded number of calls at once and
 * a minute. It is one request over undici: through the `openai` package the proxy made three quarters as many calls a second.
 */
export function openUpstream({ name, url, key, kind, local, concurrency, callsPerMinute }: Provider, ceilings: Ceilings, retries: Retries = usualRetries) {
  const queue = new PQueue({ concurrency, ...(callsPerMinute ? { intervalCap: callsPerMinute, interval: 60_000 } : {}) });
  const dispatcher = new Agent({
    connect: { timeout: 5000, ...(local ? {} : { lookup: publicLookup }) },
    headersTimeout: 1000 * ceilings.firstByteSeconds,
    bodyTimeout: 1000 * ceilings.idleSeconds,
    connections: concurrency,
  });
  const accepted = { accept: 'application/json, text/event-stream', 'accept-encoding': 'identity' };
  const auth = key === null ? {} : (kind.headers?.(key) ?? { authorization: `Bearer ${key}` });
  const headers = { 'content-type': 'application/json', ...accepted, 'user-agent': 'tagsmith', ...auth };

  /** Redirects are not followed: they come back as what they are. */
  async function post(body: string, signal: AbortSignal) {
    const reply = await request(`${url}/chat/completions`, { method: 'POST', headers, body, signal, dispatcher });
    const said = (header: string): string => [reply.headers[header] ?? ''].flat()[0]!;
    if (reply.statusCode >= 200 && reply.statusCode < 300) return { type: said('content-type'), body: reply.body };
    const reason = await readLimited(reply.body, ERROR_BYTES).catch(() => new Uint8Array());
    throw refused(reply.statusCode, messageOf(reason), milliseconds(said('retry-after')));
  }

  /** A connection that did not come about, or broke. */
  function broken(error: unknown): UpstreamError {
    const code = codeOf(error);
    const unreachable = `${name} can't be reached (${code}). Try again later.`;
    if (PASSING.test(code)) return new UpstreamError(502, 'upstream_unreachable', unreachable, { mayCost: false, again: 0 });
    if (UNSENT.test(code)) return new UpstreamError(502, 'upstream_unreachable', unreachable, { mayCost: false });
    const isLate = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'ETIMEDOUT';
    if (isLate) return new UpstreamError(504, 'upstream_timeout', `${name} did not answer in time. Ask for less, or try again.`);
    return new UpstreamError(502, 'upstream_cut', `The connection to ${name} broke before it answered.`);
  }

  /** A reply that is no success. `after`: milliseconds after which it wants to be asked again. */
  function refused(status: number, said: string, after: number | null): UpstreamError {
    const failed = (code: string, message: string, { status: answer = 502, ...more }: Consequences & { status?: number } = {}): UpstreamError =>
      new UpstreamError(answer, code, `${name} ${message}`, { mayCost: false, ...more });
    const redirected = "sent the call elsewhere; redirects are not followed. The provider's url has to be the final one.";
    if (status >= 300 && status < 400) return failed('upstream_redirect', redirected);
    if (status === 401 || status === 403) return failed('upstream_key', "refuses this server's key. Whoever runs the server has to look at it.");
    if (status === 408 || status >= 500) return failed('upstream_error', `failed (${status}). Try again later.`, { again: after ?? 0 });
    const empty = "says that this server's account there has run out.";
    if (status === 402) return failed('upstream_quota', empty, { status: 429, type: 'insufficient_quota' });
    if (status === 429) {
      const seconds = String(Math.ceil((after ?? 5000) / 1000));
      const busy = `takes no more calls just now. Try again in ${seconds} s.`;
      return failed('upstream_busy', busy, { status, again: after ?? 0, headers: { 'retry-after': seconds } });
    }
    return failed('upstream_refused', `refuses the request (${status})${said ? `: ${scrub(said)}` : '.'}`, { status: 400 });
  }

  /** What a service says may quote the key. */
  function scrub(text: string): string {
    const without = key ? text.replaceAll(key, '…') : text;
    return without.replace(/\b(?:sk|key|pk|rk|api|Bearer)[-_ ][\w*.-]{6,}/gi, '…').slice(0, 300);
  }

  return {
    /** A body as this provider takes it. */
    adapt: (body: Body): string => JSON.stringify(kind.adapt?.(body) ?? body),

    /** Resolves when it is this call's turn; the result ends it. */
    async turn(signal: AbortSignal): Promise<() => void> {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        queue.add(() => new Promise<void>((done) => resolve(done)), { signal }).catch(reject);
      });
    },

    /** Sends a request until a reply begins; throws an `UpstreamError`. */
    async send(text: string, signal: AbortSignal) {
      const { attempts, base, most, mostRetryAfter } = retries;
      for (let attempt = 1; ; attempt++) {
        try {
          return await post(text, signal);
        } catch (error) {
          signal.throwIfAborted();
          const failure = error instanceof UpstreamError ? error : broken(error);
          if (failure.again === undefined || failure.again > mostRetryAfter || attempt === attempts) throw failure;
          await sleep(failure.again + Math.random() * Math.min(most, base * 2 ** (attempt - 1)), undefined, { signal });
        }
      }
    },

    close: () => dispatcher.destroy(),
  };
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
