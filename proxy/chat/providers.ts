import { z } from 'zod';

/** A request body in OpenAI's form, on its way out. */
export type Body = Record<string, unknown>;

/** What differs from one service to the next; all speak OpenAI's chat completions. */
export interface ProviderKind {
  /** Base address; null where the configuration has to say it. */
  url: string | null;
  /** Environment variable that usually holds its key; null where no key is needed. */
  keyVariable: string | null;
  /** Headers that carry the key, where it is not `Authorization: Bearer`. */
  headers?: (key: string) => Record<string, string>;
  /** Rewrites what the service names differently or refuses. */
  adapt?: (body: Body) => Body;
}

/** The name by which services took the bound of a reply before reasoning models. */
const oldMaxTokens = ({ max_completion_tokens: bound, ...body }: Body): Body => ({ ...body, max_tokens: bound });

export const providerKinds = {
  openai: { url: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  anthropic: { url: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  google: { url: 'https://generativelanguage.googleapis.com/v1beta/openai', keyVariable: 'GEMINI_API_KEY', adapt: oldMaxTokens },
  mistral: {
    url: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    // It reports the usage of a stream unasked, and refuses fields that it doesn't know.
    adapt: ({ stream_options: _, seed, ...body }) => oldMaxTokens(seed === undefined ? body : { ...body, random_seed: seed }),
  },
  openrouter: { url: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY', adapt: oldMaxTokens },
  azure: { url: null, keyVariable: 'AZURE_OPENAI_API_KEY', headers: (key) => ({ 'api-key': key }) },
  /** Ollama, vLLM, llama.cpp and whatever else speaks the same. */
  compatible: { url: null, keyVariable: null, adapt: oldMaxTokens },
} satisfies Record<string, ProviderKind>;

export type ProviderName = keyof typeof providerKinds;

const price = z.number().min(0).max(10_000);
const tokens = z.int().positive();
/** A model as the configuration gives it: dollars a million tokens, tokens of prompt and reply together, most tokens of a reply. */
export const modelTerms = z.strictObject({ input: price, output: price, context: tokens.max(100_000_000), maxOutput: tokens.max(10_000_000) });

export type ModelTerms = z.infer<typeof modelTerms>;

/**
 * Models that are on when a key is in the environment and no configuration file says otherwise: small ones with the
 * list prices that the services published for them up to the end of 2025. Prices change; a configuration file goes first.
 */
export const usualModels: Partial<Record<ProviderName, Record<string, ModelTerms>>> = {
  openai: {
    'gpt-4o-mini': { input: 0.15, output: 0.6, context: 128_000, maxOutput: 16_384 },
    'gpt-4.1-mini': { input: 0.4, output: 1.6, context: 1_047_576, maxOutput: 32_768 },
    'gpt-4.1-nano': { input: 0.1, output: 0.4, context: 1_047_576, maxOutput: 32_768 },
  },
  anthropic: { 'claude-haiku-4-5': { input: 1, output: 5, context: 200_000, maxOutput: 64_000 } },
  google: {
    'gemini-2.5-flash': { input: 0.3, output: 2.5, context: 1_048_576, maxOutput: 65_536 },
    'gemini-2.5-flash-lite': { input: 0.1, output: 0.4, context: 1_048_576, maxOutput: 65_536 },
  },
  mistral: { 'mistral-small-latest': { input: 0.1, output: 0.3, context: 128_000, maxOutput: 32_768 } },
};
