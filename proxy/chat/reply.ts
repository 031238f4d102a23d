import { z } from 'zod';
import { parseJson, readLimited, TooLargeError } from '../body.ts';
import { ApiError } from '../error.ts';
import { UpstreamError, type UpstreamReply } from './upstream.ts';

const completion = z.looseObject({ choices: z.array(z.unknown()), usage: z.unknown().optional() });

/** A reply that is no completion. */
class UnreadableError extends Error {}

/** A whole reply, checked to be one, with the usage it reports. Throws an `UpstreamError`: the service has worked, so all of these may cost. */
export async function readReply({ body }: UpstreamReply, provider: string, bytes: number): Promise<{ whole: Uint8Array; usage: unknown }> {
  try {
    const whole = await readLimited(body, bytes);
    return { whole, usage: readable(() => completion.parse(parseJson(whole))).usage };
  } catch (error) {
    throw explain(error, provider, bytes);
  }
}

/**
 * Passes a stream of server-sent events on, piece by piece as it comes, and looks at each for the usage. Every stream
 * asks the service for its usage; the piece that holds it alone goes on only to clients that asked for it too. A stream
 * that breaks ends with an error in OpenAI's form instead of `[DONE]`.
 */
export async function passStream(
  { type, body }: UpstreamReply,
  provider: string,
  { bytes, withUsage, push }: { bytes: number; withUsage: boolean; push: (chunk: Uint8Array) => void },
): Promise<{ usage: unknown; failure: ApiError | null }> {
  let usage: unknown = null;
  try {
    if (!/^text\/event-stream\b/i.test(type)) throw new UnreadableError();
    for await (const data of events(body, bytes)) {
      const isDone = data === '[DONE]';
      const piece = isDone ? {} : readable(() => JSON.parse(data) as { error?: unknown; usage?: unknown; choices?: unknown });
      if (piece.error) throw new UpstreamError(502, 'upstream_error', `${provider} failed during its reply. Try again.`);
      if (piece.usage) usage = piece.usage;
      const usageAlone = piece.usage && !(Array.isArray(piece.choices) && piece.choices.length > 0);
      if (!usageAlone || withUsage) push(event(data));
      if (isDone) return { usage, failure: null };
    }
    throw new Error('It ended without [DONE].');
  } catch (error) {
    const failure = explain(error, provider, bytes);
    push(event(JSON.stringify(failure.form)));
    return { usage, failure };
  } finally {
    body.on('error', () => {}).destroy();
  }
}

const encoder = new TextEncoder();
const event = (data: string): Uint8Array => encoder.encode(`data: ${data}\n\n`);

/** What follows `data:` in each line, of at most so many bytes in all. */
async function* events(body: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let left = bytes;
  let rest = '';
  for await (const chunk of body) {
    left -= chunk.length;
    if (left < 0) throw new TooLargeError(`More than ${bytes} bytes.`);
    const lines = (rest + readable(() => decoder.decode(chunk, { stream: true }))).split(/\r\n|\n|\r(?=.)/);
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(line[5] === ' ' ? 6 : 5);
  }
}

function readable<T>(read: () => T): NonNullable<T> {
  try {
    const value = read();
    if (value !== null && value !== undefined) return value;
  } catch {
    // Said below.
  }
  throw new UnreadableError();
}

function explain(error: unknown, provider: string, bytes: number): ApiError {
  if (error instanceof ApiError) return error;
  const broken = (code: string, message: string): UpstreamError => new UpstreamError(502, code, message);
  if (error instanceof TooLargeError) return broken('reply_too_large', `The reply of ${provider} is larger than ${bytes} bytes.`);
  const unreadable = `${provider} did not answer with a completion. If this goes on, its url may be wrong.`;
  if (error instanceof UnreadableError) return broken('reply_unreadable', unreadable);
  const isLate = (error as { code?: string }).code === 'UND_ERR_BODY_TIMEOUT';
  if (isLate) return broken('upstream_timeout', `${provider} stopped in the middle of its reply.`);
  return broken('upstream_cut', `The connection to ${provider} broke during its reply.`);
}
