import type { ApiError } from '../error.ts';
import { UpstreamError, type UpstreamReply } from './upstream.ts';

/** What a stream has brought when it ends. */
export interface StreamOutcome {
  usage: unknown;
  /** Null where it came to its proper end. */
  failure: ApiError | null;
}

const encoder = new TextEncoder();
const event = (data: string): Uint8Array => encoder.encode(`data: ${data}\n\n`);

/**
 * Passes a stream of server-sent events on, piece by piece as it comes, and looks at each for the usage. Every stream
 * asks the service for its usage; the piece that holds it alone goes on only to clients that asked for it too. A stream
 * that breaks ends with an error in OpenAI's form instead of `[DONE]`.
 */
export async function passStream({ type, body }: UpstreamReply, provider: string, { bytes, withUsage }: { bytes: number; withUsage: boolean }, push: (chunk: Uint8Array) => void): Promise<StreamOutcome> {
  let usage: unknown = null;
  const end = (code: string, message: string): StreamOutcome => {
    const failure = new UpstreamError(502, 'api_error', code, message, true);
    push(event(JSON.stringify({ error: { message, type: failure.type, param: null, code } })));
    return { usage, failure };
  };
  const unreadable = `${provider} sent something that is no stream of completions.`;
  if (!/^text\/event-stream\b/i.test(type)) {
    body.on('error', () => {}).destroy();
    return end('reply_unreadable', unreadable);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  let rest = '';
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > bytes) return end('reply_too_large', `The reply of ${provider} is larger than ${bytes} bytes.`);
      let text: string;
      try {
        text = rest + decoder.decode(chunk, { stream: true });
      } catch {
        return end('reply_unreadable', unreadable);
      }
      const lines = text.split(/\r\n|\n|\r(?=.)/);
      rest = lines.pop()!;
      for (const line of lines) {
        const data = /^data: ?(.*)$/.exec(line)?.[1];
        if (data === undefined) continue;
        if (data === '[DONE]') {
          push(event(data));
          return { usage, failure: null };
        }
        const piece = parse(data);
        if (!piece) return end('reply_unreadable', unreadable);
        if (piece.error) return end('upstream_error', `${provider} failed during its reply. Try again.`);
        if (piece.usage) usage = piece.usage;
        const usageAlone = piece.usage && !(Array.isArray(piece.choices) && piece.choices.length > 0);
        if (!usageAlone || withUsage) push(event(data));
      }
    }
  } catch (error) {
    const late = /timeout/i.test(`${(error as Error).name} ${((error as Error).cause as Error | undefined)?.name} ${(error as Error).message}`);
    return end(late ? 'upstream_timeout' : 'upstream_cut', late ? `${provider} stopped in the middle of its reply.` : `The connection to ${provider} broke during its reply.`);
  }
  return end('upstream_cut', `The reply of ${provider} broke off.`);
}

function parse(data: string): { error?: unknown; usage?: unknown; choices?: unknown } | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
