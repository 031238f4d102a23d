import type OpenAI from 'openai';
import { dollarsOf } from './cost.ts';
import { failureOf } from './failure.ts';
import { requestKey } from './key.ts';
import { LlmFailure, type LlmReply, type LlmRequest, type LlmSource, type ModelTerms } from './task.ts';

export interface OpenAiOptions {
  kind: LlmSource['kind'];
  /** For people: a class, a host. */
  name: string;
  /** Absolute address of the API, which ends in `/v1` as a rule. */
  baseURL: string;
  /** What says who asks, at each request: the seat's token, a key. Without it the browser's cookie speaks for the page. */
  headers?: () => Promise<Record<string, string>> | Record<string, string>;
  terms?: (model: string) => ModelTerms | undefined;
  fetch?: typeof fetch;
}

/** Headers about the package itself stay here. A local server would have to allow each of them to pages of other origins. */
const ownHeaders = (headers: RequestInit['headers']): Record<string, string> => Object.fromEntries([...new Headers(headers)].filter(([name]) => name !== 'user-agent' && !name.startsWith('x-stainless-')));

/**
 * Replies of a service that speaks OpenAI's chat completions: the proxy, or a server on this machine. Replies come whole
 * and not as streams: that is a third of the work for the proxy, a whole JSON value is complete or is none, and its usage
 * is always told.
 */
export function openAiSource({ kind, name, baseURL, headers, terms, fetch }: OpenAiOptions): LlmSource {
  let opened: Promise<[OpenAI, typeof OpenAI.APIConnectionError]> | undefined;
  const open = async (): Promise<[OpenAI, typeof OpenAI.APIConnectionError]> => {
    const { OpenAI } = await import('openai');
    // No key is ever in the page; the package wants one all the same.
    const defaultHeaders = { authorization: null };
    const ask: typeof fetch = (url, init) => (fetch ?? globalThis.fetch)(url, { ...init, headers: ownHeaders(init?.headers) });
    const client = new OpenAI({ baseURL, apiKey: 'none', organization: null, project: null, maxRetries: 0, logLevel: 'off', dangerouslyAllowBrowser: true, defaultHeaders, fetch: ask });
    return [client, OpenAI.APIConnectionError];
  };
  return {
    kind,
    name,
    ...(terms ? { terms } : {}),
    async complete(request, signal) {
      const [client, APIConnectionError] = await (opened ??= open());
      const began = performance.now();
      // A request that is under way for another tab is joined. Local servers need not know the header.
      const own = kind === 'local' ? {} : { 'idempotency-key': await requestKey(request, kind) };
      try {
        const completion = await client.chat.completions.create(bodyOf(request), { signal, headers: { ...(await headers?.()), ...own } });
        return replyOf(completion, terms?.(request.model), performance.now() - began);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof LlmFailure) throw error;
        const { host } = new URL(baseURL);
        if (error instanceof APIConnectionError) throw new LlmFailure('lost', `${host} can't be reached. Is the server running, and is there a connection to it?`, null, !isUnsent(error));
        throw refusalOf(error) ?? new LlmFailure('cut', `The reply of ${host} broke off.`);
      }
    },
  };
}

function bodyOf({ model, messages, sampling, draw }: LlmRequest): OpenAI.ChatCompletionCreateParamsNonStreaming {
  const { maxTokens, temperature, topP, stop, json } = sampling;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    max_tokens: maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    ...(json ? { response_format: { type: 'json_object' } } : {}),
    // Not every service knows seeds; the first draw does without.
    ...(draw > 0 ? { seed: draw } : {}),
  };
}

/** Services say less than the types promise. @throws LlmFailure where it is no completion. */
function replyOf(completion: unknown, terms: ModelTerms | undefined, milliseconds: number): LlmReply {
  const { choices, usage, model, error } = (completion ?? {}) as { choices?: unknown; usage?: unknown; model?: unknown; error?: { message?: unknown } | null };
  const choice = (Array.isArray(choices) ? choices[0] : undefined) as { message?: { content?: unknown }; finish_reason?: unknown } | undefined;
  if (!choice) throw new LlmFailure('failed', typeof error?.message === 'string' ? error.message : 'The service did not answer with a completion. If this goes on, its address may be wrong.', null, true);
  const { content } = choice.message ?? {};
  const paid = usageOf(usage);
  return {
    text: typeof content === 'string' ? content : '',
    finish: typeof choice.finish_reason === 'string' ? choice.finish_reason : null,
    usage: paid,
    dollars: paid && terms ? dollarsOf(paid, terms) : null,
    model: typeof model === 'string' ? model : '',
    milliseconds: Math.round(milliseconds),
  };
}

/** Tokens of hidden reasoning are in the total of services that leave them out of the reply's. */
function usageOf(usage: unknown): LlmReply['usage'] {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = (usage ?? {}) as Record<string, unknown>;
  if (!isCount(prompt) || !isCount(completion)) return null;
  return { prompt, completion: isCount(total) ? Math.max(completion, total - prompt) : completion };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Whether a connection did not even come about. Browsers don't tell. */
function isUnsent(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return cause ? isUnsent(cause) : code === 'ECONNREFUSED' || code === 'ENOTFOUND';
}

/** What the package made of an answer that is no success; null where it is something else. */
function refusalOf(thrown: unknown): LlmFailure | null {
  const { status, code, type, error, headers } = thrown as { status?: unknown; code?: string | null; type?: string; error?: { message?: unknown }; headers?: Headers };
  if (typeof status !== 'number') return null;
  const { message } = error ?? {};
  return failureOf({ status, code, type, message: typeof message === 'string' ? message : '', retryAfter: headers?.get('retry-after') ?? null });
}
