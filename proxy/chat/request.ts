import { z } from 'zod';
import { ApiError } from '../error.ts';
import type { Ceilings } from './ceilings.ts';
import { readLimited, TooLargeError } from './read-limited.ts';

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

/** What of OpenAI's chat completions is passed on. Fields that only concern OpenAI's own books are left out. */
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
  user: z.unknown().optional(),
  metadata: z.unknown().optional(),
  store: z.unknown().optional(),
  service_tier: z.unknown().optional(),
  safety_identifier: z.unknown().optional(),
  prompt_cache_key: z.unknown().optional(),
});

export type ChatRequest = z.infer<typeof schema>;

const wrong = (code: string, message: string, status = 400): ApiError => new ApiError(status, 'invalid_request_error', code, message);

/** Reads a request's body as it arrives, and no further than the ceiling. */
export async function readBody(request: Request, { requestBytes }: Ceilings): Promise<Uint8Array> {
  const tooLarge = (): ApiError => wrong('request_too_large', `The request is larger than ${requestBytes} bytes. Send fewer or shorter messages.`, 413);
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > requestBytes) throw tooLarge();
  // A body of a said length ends there, and read at once it is several times as quick.
  const reading = length === null ? readLimited(request.body ?? new ReadableStream<Uint8Array>(), requestBytes) : request.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  return reading.catch((error: unknown) => {
    throw error instanceof TooLargeError ? tooLarge() : wrong('request_cut', 'The request broke off.');
  });
}

/** A body as a request within the ceilings; throws an `ApiError` that names what is wrong. */
export function parseRequest(body: Uint8Array, ceilings: Ceilings): ChatRequest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw wrong('invalid_json', 'The request is no JSON in UTF-8.');
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw wrong('invalid_request', `${issue.path.join('.') || 'request'}: ${issue.message}.`);
  }
  const request = result.data;
  const characters = request.messages.reduce((sum, { content }) => sum + JSON.stringify(content ?? '').length, 0);
  if (request.messages.length > ceilings.messages) throw wrong('too_many_messages', `${request.messages.length} messages; this server takes ${ceilings.messages} a request.`);
  if (characters > ceilings.characters) throw wrong('too_many_characters', `The messages have ${characters} characters; this server takes ${ceilings.characters} a request.`);
  if ((request.n ?? 1) > ceilings.n) throw wrong('too_many_replies', `n is ${request.n}; this server gives ${ceilings.n} replies a request.`);
  const most = request.max_completion_tokens ?? request.max_tokens ?? 0;
  if (most > ceilings.maxTokens) throw wrong('too_many_tokens', `max_tokens is ${most}; this server gives ${ceilings.maxTokens} a reply.`);
  if (!ceilings.tools && (request.tools?.length || request.messages.some(({ tool_calls }) => tool_calls?.length))) throw wrong('tools_off', 'Tools are switched off on this server.');
  return request;
}
