import { Writable } from 'node:stream';
import type { BuiltApp } from '../../proxy/built-app.ts';
import { usualCeilings, type Ceilings } from '../../proxy/chat/ceilings.ts';
import type { ModelTerms } from '../../proxy/chat/providers.ts';
import { providerKinds } from '../../proxy/chat/providers.ts';
import type { Config } from '../../proxy/config.ts';
import { openProxy, type OpenProxy } from '../../proxy/open.ts';
import type { Provider } from '../../proxy/providers-file.ts';

export const KEY = 'sk-canary-key-2f9a7c';
/** Dollars a million tokens: 3,000 and 7,000 billionths of a dollar a token. */
export const TERMS: ModelTerms = { input: 3, output: 7, context: 100_000, maxOutput: 1000 };

export function provider(url: string, changes: Partial<Provider> = {}): Provider {
  return { name: 'service', kind: providerKinds.openai, url, key: KEY, local: true, models: { small: TERMS, other: TERMS }, concurrency: 64, callsPerMinute: null, ...changes };
}

export interface UnderTest extends OpenProxy {
  lines: string[];
  /** Asks the app without a socket, as the owner unless the headers say otherwise. */
  ask(path: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<Response>;
  chat(body?: Record<string, unknown>, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
}

export function configOf(providers: Provider[], changes: Partial<Config> = {}, ceilings: Partial<Ceilings> = {}): Config {
  return {
    mode: 'solo', host: '127.0.0.1', port: 8787, names: [], tls: 'none', appOrigin: null, providers, store: ':memory:', folder: '', secret: null, adminSecret: null,
    budget: null, ceilings: { ...usualCeilings, maxTokens: 100, ...ceilings }, cachedReplies: 0, logLevel: 'debug', ...changes,
  };
}

const app: BuiltApp = new Map();

/** A proxy whose log is kept and whose retries are quick. */
export async function startProxy(config: Config): Promise<UnderTest> {
  const lines: string[] = [];
  const logTo = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  const open = await openProxy(config, { app, encoders: { list: () => Promise.resolve([]) } }, { logTo, retries: { attempts: 3, base: 5, most: 20, mostRetryAfter: 1000 } });
  const ask: UnderTest['ask'] = (path, init = {}) => Promise.resolve(open.app.request(`http://localhost:8787${path}`, { ...init, headers: { host: 'localhost:8787', authorization: `Bearer ${open.soloToken}`, ...init.headers } }));
  const chat: UnderTest['chat'] = (body = {}, headers = {}, signal) =>
    ask('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Hello there' }], ...body }), headers: { 'content-type': 'application/json', ...headers }, ...(signal ? { signal } : {}) });
  return { ...open, lines, ask, chat };
}

/** The billionths of a dollar that a service would charge for what it has worked. */
export function charged({ prompt, completion }: { prompt: number; completion: number }): number {
  return prompt * TERMS.input * 1000 + completion * TERMS.output * 1000;
}
