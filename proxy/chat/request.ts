import { z } from 'zod';
import { readRequest } from '../body.ts';
import { ApiError } from '../error.ts';
import type { Ceilings } from './ceilings.ts';

const text = z.string();
const parts = z.array(z.strictObject({ type: z.enum(['text', 'refusal']), text: text.optional(), refusal: text.optional() }));
const toolCall = z.looseObject({ id: text, type: z.literal('function') });
const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([text, parts]).nullish(),
  name: text.optional(),
  refusal: text.nullish(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: text.optional(),
});
/** What only concerns OpenAI's own books is taken and left out. */
const leftOut = z.unknown().transform(() => undefined).optional();

/** What of OpenAI's chat completions is passed on. */
const schema = z.strictObject({
  model: text.max(200),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  n: z.int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([text, z.array(text).max(16)]).nullish(),
  seed: z.int().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  logit_bias: z.record(text, z.number()).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: z.looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) }).nullish(),
  reasoning_effort: text.max(20).nullish(),
  verbosity: text.max(20).nullish(),
  tools: z.array(z.looseObject({ type: z.literal('function') })).nullish(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().nullish(),
  user: leftOut,
  metadata: leftOut,
  store: leftOut,
  service_tier: leftOut,
  safety_identifier: leftOut,
  prompt_cache_key: leftOut,
});

export type ChatRequest = z.infer<typeof schema>;

/** A request within the ceilings; throws an `ApiError` that names what is wrong. */
export async function readChatRequest(given: Request, ceilings: Ceilings): Promise<ChatRequest> {
  const request = await readRequest(given, schema, ceilings.requestBytes);
  const { messages, tools, n, max_tokens, max_completion_tokens } = request;
  const characters = messages.reduce((sum, { content }) => sum + JSON.stringify(content ?? '').length, 0);
  const counts: [code: string, what: string, count: number, most: number][] = [
    ['too_many_messages', 'messages', messages.length, ceilings.messages],
    ['too_many_characters', 'characters of all messages', characters, ceilings.characters],
    ['too_many_replies', 'n', n ?? 1, ceilings.n],
    ['too_many_tokens', 'max_tokens', max_completion_tokens ?? max_tokens ?? 0, ceilings.maxTokens],
  ];
  const wrong = counts.find(([, , count, most]) => count > most);
  if (wrong) throw new ApiError(400, wrong[0], `${wrong[1]}: ${wrong[2]}, but this server takes ${wrong[3]} a request at most.`);
  const hasTools = tools?.length || messages.some(({ tool_calls }) => tool_calls?.length);
  if (hasTools && !ceilings.tools) throw new ApiError(400, 'tools_off', 'Tools are switched off on this server.');
  return request;
}
