import { z } from 'zod';
import { readLimited, TooLargeError } from './read-limited.ts';
import { UpstreamError } from './upstream.ts';

const completion = z.looseObject({ choices: z.array(z.unknown()), usage: z.unknown().optional() });

/** A whole reply, checked to be one, with the usage it reports. Throws an `UpstreamError`: the service has worked, so all of these may cost. */
export async function readReply(reply: AsyncIterable<Uint8Array>, provider: string, bytes: number): Promise<{ body: Uint8Array; usage: unknown }> {
  const broken = (code: string, message: string, status = 502): UpstreamError => new UpstreamError(status, status === 504 ? 'timeout_error' : 'api_error', code, message, true);
  let body: Uint8Array;
  try {
    body = await readLimited(reply, bytes);
  } catch (error) {
    if (error instanceof TooLargeError) throw broken('reply_too_large', `The reply of ${provider} is larger than ${bytes} bytes.`);
    throw broken('upstream_cut', `The connection to ${provider} broke during its reply.`);
  }
  try {
    const { usage } = completion.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
    return { body, usage };
  } catch {
    throw broken('reply_unreadable', `${provider} did not answer with a completion. If this goes on, its url may be wrong.`);
  }
}
