import type { LlmReply, LlmRequest, ModelTerms } from './task.ts';

/** Billionths in a dollar: the unit of the proxy's books. */
const DOLLAR = 1_000_000_000;

/** Tokens that services may add to a prompt on their own. */
const FRAME_TOKENS = 64;

/** What tokens cost in dollars, rounded up to a billionth of a dollar for each request, as the proxy books it. */
export function dollarsOf({ prompt, completion }: NonNullable<LlmReply['usage']>, { inputDollarsPerMillion, outputDollarsPerMillion }: ModelTerms): number {
  const perToken = (dollarsAMillion: number): number => dollarsAMillion * (DOLLAR / 1_000_000);
  // A billionth of tolerance: 0.1 and its like have no exact double, and must not add a unit.
  return Math.max(0, Math.ceil(prompt * perToken(inputDollarsPerMillion) + completion * perToken(outputDollarsPerMillion) - 1e-6)) / DOLLAR;
}

/** The most that a request can cost, in dollars: what the proxy reserves for it, and books where its usage never arrives. */
export function dollarsAtMost({ messages, sampling }: LlmRequest, terms: ModelTerms): number {
  const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
  const prompt = bytes(messages) + bytes(sampling.json ? [undefined, { type: 'json_object' }] : '') + FRAME_TOKENS;
  return dollarsOf({ prompt: Math.min(prompt, terms.context), completion: Math.min(sampling.maxTokens, terms.maxOutput) }, terms);
}

/** Adds amounts of dollars in whole billionths, so that a sum of many is exact. */
export function addDollars(a: number, b: number): number {
  return (Math.round(a * DOLLAR) + Math.round(b * DOLLAR)) / DOLLAR;
}
