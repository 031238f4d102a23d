import process from 'node:process';
import { mostAtOnce } from '../src/llm/at-once.ts';
import { openAiSource } from '../src/llm/client.ts';
import { atOnceWithin, readLimits } from '../src/llm/limits.ts';
import { LlmFailure, type LlmSource, type ModelTerms } from '../src/llm/task.ts';
import { connect } from './connect.ts';
import { FailedRun, type Call } from './verb.ts';

/** The key of the service, where it wants one: never a flag, for those are seen by everybody on the machine. */
export const keyVariable = 'TAGSMITH_LLM_KEY';

export const llmOptions = { llm: { type: 'string' }, model: { type: 'string' }, prices: { type: 'string' }, 'at-once': { type: 'string' } } as const;

/** Requests at once that a server which says nothing of it is asked: most of those on one machine answer a few. */
const fewAtOnce = 4;

/**
 * The service that `--llm` names: Tagsmith's proxy, whose limits are kept, or any other that speaks OpenAI's form.
 * @throws FailedRun
 */
export async function openLlm(call: Call): Promise<{ source: LlmSource; model: string; atOnce: number }> {
  const [address, model] = [call.required('llm'), call.required('model')];
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) throw call.wrong(`--llm ${address}: expected an address such as http://localhost:8787/v1.`);
  const baseURL = address.replace(/\/+$/, '');
  const key = process.env[keyVariable];
  const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
  const fetch = connect();
  const limits = await readLimits(baseURL, headers, fetch).catch((error: unknown) => {
    throw error instanceof LlmFailure ? new FailedRun(`${error.message}${error.kind === 'unauthorised' ? ` The key is taken from ${keyVariable}.` : ''}`) : error;
  });
  if (limits && !limits.models.some(({ id }) => id === model)) throw new FailedRun(`There is no model "${model}" at ${baseURL}. There are: ${limits.models.map(({ id }) => id).join(', ') || 'none'}.`);
  const terms = limits?.models.find(({ id }) => id === model) ?? pricesOf(call);
  const source = openAiSource({ kind: limits ? 'proxy' : 'local', name: new URL(baseURL).host, baseURL, headers: () => headers, fetch, ...(terms ? { terms: () => terms } : {}) });
  const most = call.count('at-once') ?? (limits ? mostAtOnce : fewAtOnce);
  return { source, model, atOnce: limits ? atOnceWithin(limits, most) : most };
}

/** What a service that tells no prices costs, as its user knows: its bounds are unknown. */
function pricesOf(call: Call): ModelTerms | null {
  const given = call.text('prices');
  if (given === undefined) return null;
  const [input, output, ...rest] = given.split(',').map(Number);
  if (!(input! >= 0 && output! >= 0) || rest.length > 0) throw call.wrong(`--prices ${given}: expected dollars for a million tokens in and out, such as 0.15,0.6.`);
  return { inputDollarsPerMillion: input!, outputDollarsPerMillion: output!, context: Infinity, maxOutput: Infinity };
}
