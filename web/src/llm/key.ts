import type { LlmRequest, LlmSource } from './task.ts';

/**
 * Names a request by all that its reply depends on: SHA-256 in hexadecimal digits. What a simulated source says is never
 * taken for a model's word, so its keys are others. People have paid for what lies under these keys: a change of what is
 * hashed makes them pay again.
 */
export async function requestKey({ task, model, messages, sampling, draw }: LlmRequest, kind: LlmSource['kind']): Promise<string> {
  const { maxTokens, temperature = null, topP = null, stop = null, json = false } = sampling;
  const parts = [kind === 'simulated', task, model, messages.map(({ role, content }) => [role, content]), [maxTokens, temperature, topP, stop, json], draw];
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
