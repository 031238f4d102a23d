import { ApiError } from '../error.ts';
import type { Provider } from '../providers-file.ts';
import type { Caller } from '../route.ts';
import { type Amount, DOLLAR } from '../store/amounts.ts';
import type { Ceilings } from './ceilings.ts';
import type { Body, ModelTerms } from './providers.ts';
import type { ChatRequest } from './request.ts';

/** A model that clients can name. */
export interface Model extends ModelTerms {
  id: string;
  provider: Provider;
}

/** By the id that clients name. */
export type Models = ReadonlyMap<string, Model>;

/** Tokens that services may add to a prompt on their own: for its frame, and for tools. */
const FRAME_TOKENS = 64;
const TOOL_TOKENS = 1024;

export function modelsOf(providers: readonly Provider[]): Models {
  return new Map(providers.flatMap((provider) => Object.entries(provider.models).map(([id, terms]) => [id, { id, provider, ...terms }] as const)));
}

/** The models that a caller may use. */
export function usable(models: Models, caller: Caller): Model[] {
  return [...models.values()].filter(({ id }) => caller.models === 'all' || caller.models.includes(id));
}

/** The model that a request names, if the caller may use it. A model that it may not use looks like one that isn't there. */
export function findModel(models: Models, caller: Caller, id: string): Model {
  const all = usable(models, caller);
  const model = all.find((candidate) => candidate.id === id);
  if (model) return model;
  const others = all.length > 0 ? `There are: ${all.map((candidate) => candidate.id).join(', ')}.` : 'None is configured.';
  throw new ApiError(404, 'model_not_found', `There is no model ${JSON.stringify(id)} here. ${others}`);
}

/** The request as it goes out: the bound of the reply is always said, and streams always report their usage. */
export function outgoing({ max_tokens, max_completion_tokens, ...rest }: ChatRequest, model: Model, ceilings: Ceilings): Body {
  const asked = Math.min(max_completion_tokens ?? max_tokens ?? ceilings.maxTokens, model.maxOutput);
  const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const body = { ...Object.fromEntries(given), max_completion_tokens: asked };
  return rest.stream ? { ...body, stream_options: { include_usage: true } } : body;
}

/**
 * The most that a call can cost. A token is at least a byte of UTF-8, so the bytes of the body, with their JSON around
 * each message, bound the prompt; the service itself bounds it by the context. Replies are bounded by what was asked for.
 */
export function boundOf({ messages, tools, response_format, n, max_completion_tokens }: Body, model: Model): Amount {
  const prompt = [messages, tools ?? response_format ? [tools, response_format] : ''].map((part) => Buffer.byteLength(JSON.stringify(part)));
  const bytes = prompt[0]! + prompt[1]! + FRAME_TOKENS + (Array.isArray(tools) ? TOOL_TOKENS : 0);
  return costOf(model, Math.min(bytes, model.context), Number(n ?? 1) * Number(max_completion_tokens));
}

/** Tokens at the model's prices, rounded up to a billionth of a dollar. */
function costOf({ input, output }: ModelTerms, inputTokens: number, outputTokens: number): Amount {
  const perToken = (dollarsAMillion: number): number => dollarsAMillion * (DOLLAR / 1_000_000);
  // A billionth of tolerance: 0.1 and its like have no exact double, and must not add a unit.
  return { money: Math.max(0, Math.ceil(inputTokens * perToken(input) + outputTokens * perToken(output) - 1e-6)), tokens: inputTokens + outputTokens };
}

/**
 * The cost that a reply's `usage` tells of; null where it tells none. Tokens of hidden reasoning are in the total of
 * services that leave them out of the reply's.
 */
export function usageCost(usage: unknown, model: Model): Amount | null {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = (usage ?? {}) as Record<string, unknown>;
  if (!isCount(prompt) || !isCount(completion)) return null;
  return costOf(model, prompt, isCount(total) ? Math.max(completion, total - prompt) : completion);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
