import { hexOf } from '../text/hex.ts';
import type { LlmRequest, LlmSource } from './task.ts';

/** Keys of requests that were named before: the job and the client both name each. */
const named = new WeakMap<LlmRequest, { simulated: boolean; key: Promise<string> }>();

/**
 * Names a request by all that its reply depends on: SHA-256 in hexadecimal digits. What a simulated source says is never
 * taken for a model's word, so its keys are others. People have paid for what lies under these keys: a change of what is
 * hashed makes them pay again.
 */
export function requestKey(request: LlmRequest, kind: LlmSource['kind']): Promise<string> {
  const simulated = kind === 'simulated';
  const known = named.get(request);
  if (known?.simulated === simulated) return known.key;
  const key = hash(request, simulated);
  named.set(request, { simulated, key });
  return key;
}

async function hash({ task, model, messages, sampling, draw }: LlmRequest, simulated: boolean): Promise<string> {
  const { maxTokens, temperature = null, topP = null, stop = null, json = false } = sampling;
  const parts = [simulated, task, model, messages.map(({ role, content }) => [role, content]), [maxTokens, temperature, topP, stop, json], draw];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return hexOf(new Uint8Array(digest));
}
