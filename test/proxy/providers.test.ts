import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isPublicAddress, publicLookup } from '../../proxy/chat/address.ts';
import { providerKinds } from '../../proxy/chat/providers.ts';
import { readConfig } from '../../proxy/config.ts';
import { readProviders } from '../../proxy/providers-file.ts';
import { configOf, KEY, provider, startProxy, TERMS, type UnderTest } from './proxy-under-test.ts';
import { UpstreamServer } from './upstream-server.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-providers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const model = { small: TERMS };
let files = 0;
function withFile(providers: unknown, env: Record<string, string> = {}): Record<string, string> {
  const name = path.join(folder, `${files++}.json`);
  writeFileSync(name, typeof providers === 'string' ? providers : JSON.stringify({ providers }));
  return { TAGSMITH_PROVIDERS: name, ...env };
}

describe('configuration', () => {
  test('needs nothing: each key in the environment brings its provider with usual models and prices', () => {
    expect(readProviders({})).toEqual([]);
    const providers = readProviders({ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', GEMINI_API_KEY: 'c', MISTRAL_API_KEY: 'd' });
    expect(providers.map(({ name, url, key }) => [name, new URL(url).hostname, key])).toEqual([
      ['openai', 'api.openai.com', 'a'], ['anthropic', 'api.anthropic.com', 'b'], ['google', 'generativelanguage.googleapis.com', 'c'], ['mistral', 'api.mistral.ai', 'd'],
    ]);
    for (const { models } of providers) for (const terms of Object.values(models)) expect(Math.min(terms.input, terms.output)).toBeGreaterThan(0);
  });

  test('takes keys from a secrets file', () => {
    const secrets = path.join(folder, 'secrets');
    writeFileSync(secrets, 'OPENROUTER_API_KEY=from-file\n# a comment\n');
    expect(readProviders(withFile({ router: { kind: 'openrouter', models: model } }, { TAGSMITH_SECRETS: secrets }))).toMatchObject([{ name: 'router', key: 'from-file' }]);
  });

  test.each<[what: string, providers: unknown, env: Record<string, string>, says: string]>([
    ['no JSON', '{', {}, 'is no JSON'],
    ['a key in the file', { a: { kind: 'openai', key: 'sk-1', models: model } }, {}, 'Unrecognized key'],
    ['a model without prices', { a: { kind: 'openai', models: { small: { context: 1000, maxOutput: 100 } } } }, { OPENAI_API_KEY: 'k' }, 'input and output (dollars a million tokens)'],
    ['a provider without its key', { a: { kind: 'openai', models: model } }, {}, 'set OPENAI_API_KEY'],
    ['Azure without an address', { a: { kind: 'azure', models: model } }, { AZURE_OPENAI_API_KEY: 'k' }, 'has no "url"'],
    ['plain HTTP', { a: { kind: 'compatible', url: 'http://llm.example/v1', models: model } }, {}, 'is not https'],
    ['a query in the address', { a: { kind: 'compatible', url: 'https://llm.example/v1?x=1', models: model } }, {}, 'nothing else'],
    ['credentials in the address', { a: { kind: 'compatible', url: 'https://user:pass@llm.example/v1', models: model } }, {}, 'nothing else'],
    ['another scheme', { a: { kind: 'compatible', url: 'file:///etc/passwd', models: model } }, {}, 'providers.a.url'],
    ['the same model twice', { a: { kind: 'openai', models: model }, b: { kind: 'mistral', models: model } }, { OPENAI_API_KEY: 'k', MISTRAL_API_KEY: 'k' }, 'is given by a and by b'],
    ['a reply larger than the context', { a: { kind: 'openai', models: { small: { ...TERMS, maxOutput: 200_000 } } } }, { OPENAI_API_KEY: 'k' }, 'more than its context'],
  ])('refuses %s', (_what, providers, env, says) => {
    expect(() => readProviders(withFile(providers, env))).toThrow(says);
  });

  test('with a key refuses every address but the loopback’s, except for a class', () => {
    expect(() => readConfig({ OPENAI_API_KEY: 'k', HOST: '0.0.0.0' })).toThrow('whoever reaches this address could spend it');
    expect(() => readConfig({ OPENAI_API_KEY: 'k', HOST: '192.168.1.7' })).toThrow('npm start -- --class');
    expect(readConfig({ OPENAI_API_KEY: 'k', HOST: '127.0.0.1' }).mode).toBe('solo');
    expect(readConfig({ OPENAI_API_KEY: 'k' }, { classes: true })).toMatchObject({ mode: 'class', host: '0.0.0.0', tls: 'made' });
  });

  test('of a class refuses plain HTTP on another name than the loopback’s, and says why', () => {
    expect(() => readConfig({ TAGSMITH_TLS: 'elsewhere' }, { classes: true })).toThrow('no GPU, no cache and no storage');
    expect(readConfig({ TAGSMITH_TLS: 'elsewhere', TAGSMITH_NAMES: 'class.example' }, { classes: true }).tls).toBe('none');
    expect(() => readConfig({ TAGSMITH_CERTIFICATE: 'a.pem' }, { classes: true })).toThrow('A certificate needs its key');
  });
});

/** Loopback, private, link-local and metadata addresses, in every writing that a URL takes. */
const inside = [
  'https://127.0.0.1/v1', 'https://127.1/v1', 'https://2130706433/v1', 'https://0x7f000001/v1', 'https://0177.0.0.1/v1', 'https://0.0.0.0/v1', 'https://localhost/v1', 'https://LOCALHOST./v1', 'https://a.localhost/v1',
  'https://10.0.0.1/v1', 'https://172.16.0.1/v1', 'https://192.168.0.1/v1', 'https://100.64.0.1/v1', 'https://169.254.169.254/v1', 'https://192.0.0.192/v1', 'https://224.0.0.1/v1', 'https://255.255.255.255/v1',
  'https://[::1]/v1', 'https://[::]/v1', 'https://[::ffff:127.0.0.1]/v1', 'https://[::ffff:a9fe:a9fe]/v1', 'https://[64:ff9b::7f00:1]/v1', 'https://[fe80::1]/v1', 'https://[fc00::1]/v1', 'https://[fd00:ec2::254]/v1', 'https://[2002:7f00:1::]/v1', 'https://[2001::1]/v1', 'https://[ff02::1]/v1',
];

describe('addresses of the own networks', () => {
  test.each(inside)('%s is refused unless it is configured', (url) => {
    expect(() => readProviders(withFile({ a: { kind: 'compatible', url, models: model } }))).toThrow('own networks');
    expect(readProviders(withFile({ a: { kind: 'compatible', url, local: true, models: model } }))).toHaveLength(1);
  });

  test('are known from those of the internet', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1']) expect([address, isPublicAddress(address)]).toEqual([address, true]);
    for (const address of ['169.254.169.254', '::ffff:10.0.0.1', 'fe80::1%eth0', 'not an address', '']) expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });

  test('are refused when a name leads there, at the moment of connecting', async () => {
    const error = await new Promise<Error | null>((resolve) => publicLookup('localhost', {}, (failure) => resolve(failure)));
    expect(error).toMatchObject({ code: 'PRIVATE_ADDRESS' });
    // The hosts file leads this machine's own name to the loopback.
    const proxy = await startProxy(configOf([provider('https://localhost:65533/v1', { local: false })]));
    const response = await proxy.chat();
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_unreachable', message: expect.stringContaining('PRIVATE_ADDRESS') } }]);
    expect((await proxy.books.account('solo')).spent.requests).toBe(0);
    await proxy.close();
  });
});

describe('each service gets the form that it documents', () => {
  let upstream: UpstreamServer;
  let proxy: UnderTest;
  afterEach(async () => {
    await proxy.close();
    await upstream.stop();
  });

  const request = { seed: 5, max_tokens: 9, temperature: 0.5 };
  const bearer = { authorization: `Bearer ${KEY}` };
  test.each<[kind: keyof typeof providerKinds, headers: Record<string, string | undefined>, plain: Record<string, unknown>, streamed: Record<string, unknown>]>([
    ['openai', bearer, { max_completion_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
    ['anthropic', bearer, { max_completion_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
    ['google', bearer, { max_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
    ['mistral', bearer, { max_tokens: 9, random_seed: 5 }, { stream: true }],
    ['openrouter', bearer, { max_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
    ['azure', { authorization: undefined, 'api-key': KEY }, { max_completion_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
    ['compatible', bearer, { max_tokens: 9, seed: 5 }, { stream: true, stream_options: { include_usage: true } }],
  ])('%s', async (kind, headers, plain, streamed) => {
    upstream = await UpstreamServer.start();
    // Mistral reports the usage of every stream.
    if (kind === 'mistral') upstream.behaviour = ({ seen, reply }) => ((seen.body = { ...seen.body, ...(seen.body.stream ? { stream_options: { include_usage: true } } : {}) }), reply());
    proxy = await startProxy(configOf([provider(upstream.url, { kind: providerKinds[kind] })]));
    const base = { model: 'small', messages: [{ role: 'user', content: 'Hello there' }], temperature: 0.5 };
    const seen: unknown[] = [];
    const { behaviour } = upstream;
    upstream.behaviour = (call) => (seen.push({ ...call.seen.body }), behaviour(call));
    expect((await proxy.chat(request)).status).toBe(200);
    expect(await (await proxy.chat({ ...request, stream: true })).text()).toContain('[DONE]');
    expect(seen).toEqual([{ ...base, ...plain }, { ...base, ...plain, ...streamed }]);
    for (const [name, value] of Object.entries(headers)) expect(upstream.seen[0]!.headers[name]).toBe(value);
    expect(await proxy.books.account('solo')).toMatchObject({ spent: { requests: 2 }, unresolved: { requests: 0 } });
  });

  test('without a key no credentials are sent', async () => {
    upstream = await UpstreamServer.start();
    proxy = await startProxy(configOf([provider(upstream.url, { kind: providerKinds.compatible, key: null })]));
    await proxy.chat();
    expect(upstream.seen[0]!.headers.authorization).toBeUndefined();
  });
});
