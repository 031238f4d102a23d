import { failureOf } from './failure.ts';
import { LlmFailure, type ModelTerms } from './task.ts';

/** What the proxy says of the caller: models with their terms, and every account that pays, with its caps. Dollars. */
export interface ProxyLimits {
  /** `host` is where the provider is asked: whoever's texts go there may know. */
  models: (ModelTerms & { id: string; provider: string; host: string })[];
  accounts: {
    name: string;
    caps: { dollars: number | null; tokens: number | null; requests: number | null; concurrency: number | null };
    used: { dollars: number; tokens: number; requests: number };
    reserved: { dollars: number; tokens: number };
    open: number;
    /** Calls whose usage never arrived: in `used` at the most that they can have cost. */
    unresolved: { dollars: number; requests: number };
  }[];
  /** Bounds of a single request. */
  ceilings: { maxTokens: number; characters: number; messages: number };
}

/** How many requests this caller may have under way at once, of as many as it could have. */
export function atOnceWithin({ accounts }: Pick<ProxyLimits, 'accounts'>, most: number): number {
  return Math.max(1, Math.min(most, ...accounts.map(({ caps }) => caps.concurrency ?? most)));
}

/** Milliseconds. */
const patience = 15_000;

/**
 * Asks a service for its limits: `GET <base>/limits`. Null where it is no proxy of Tagsmith's: another server that speaks
 * OpenAI's form has no such address.
 * @param baseURL without a slash at its end
 * @throws LlmFailure where nobody answers, or the caller is not let in.
 */
export async function readLimits(baseURL: string, headers: Record<string, string>, fetch = globalThis.fetch): Promise<ProxyLimits | null> {
  const response = await fetch(`${baseURL}/limits`, { headers: { accept: 'application/json', ...headers }, cache: 'no-store', signal: AbortSignal.timeout(patience) }).catch(() => null);
  if (!response) throw new LlmFailure('lost', `${new URL(baseURL).host} can't be reached. Is the server running, and is there a connection to it?`);
  const answer = (await response.json().catch(() => null)) as (ProxyLimits & { error?: { message?: string; code?: string } }) | null;
  if (response.status === 401 || response.status === 403) throw failureOf({ status: response.status, code: answer?.error?.code, message: answer?.error?.message ?? '', retryAfter: null });
  return response.ok && Array.isArray(answer?.models) && Array.isArray(answer.accounts) ? answer : null;
}
