import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, type Listening } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { charged, configOf, provider, startProxy, type UnderTest } from './proxy-under-test.ts';
import { UpstreamServer } from './upstream-server.ts';

/** OpenAI's own package for JavaScript, as it comes, pointed at the proxy. */

let upstream: UpstreamServer;
let proxy: UnderTest;
let server: Listening;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'Hello' }];

beforeAll(async () => {
  upstream = await UpstreamServer.start();
  proxy = await startProxy(configOf([provider(upstream.url)]));
  server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
  client = new OpenAI({ baseURL: `${server.address}v1`, apiKey: proxy.soloToken!, maxRetries: 0 });
});

afterAll(async () => {
  await server.close();
  await proxy.close();
  await upstream.stop();
});

test('chat', async () => {
  const completion = await client.chat.completions.create({ model: 'small', messages, max_tokens: 20, temperature: 0 });
  expect(completion.choices[0]!.message.content).toMatch(/^Hello/);
  expect(completion.usage!.total_tokens).toBeGreaterThan(0);
});

test('a stream, with and without its usage', async () => {
  for (const include_usage of [false, true]) {
    let text = '';
    let tokens = 0;
    for await (const piece of await client.chat.completions.create({ model: 'small', messages, stream: true, ...(include_usage ? { stream_options: { include_usage } } : {}) })) {
      text += piece.choices[0]?.delta.content ?? '';
      tokens += piece.usage?.total_tokens ?? 0;
    }
    expect([text, tokens > 0]).toEqual(['piece 0 piece 1 piece 2 piece 3 ', include_usage]);
  }
});

test('models', async () => {
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['small', 'other']);
  expect((await client.models.retrieve('small')).owned_by).toBe('service');
});

test('its types of error', async () => {
  const kind = (changes: object) => client.chat.completions.create({ model: 'small', messages, ...changes }).then(() => null, (error: unknown) => error);
  expect(await kind({ model: 'none' })).toBeInstanceOf(NotFoundError);
  expect(await kind({ max_tokens: 10_000 })).toBeInstanceOf(BadRequestError);
  await expect(new OpenAI({ baseURL: `${server.address}v1`, apiKey: 'wrong', maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(AuthenticationError);
  const { caps } = await proxy.books.account(SOLO_ACCOUNT);
  await proxy.books.setCaps(SOLO_ACCOUNT, { money: 1 });
  const refused = await kind({});
  await proxy.books.setCaps(SOLO_ACCOUNT, caps);
  expect(refused).toBeInstanceOf(RateLimitError);
  expect(refused).toMatchObject({ code: 'budget_spent', type: 'insufficient_quota' });
});

test('its own retries wait as they are told, and a spent budget is not asked again', async () => {
  const { caps } = await proxy.books.account(SOLO_ACCOUNT);
  await proxy.books.setCaps(SOLO_ACCOUNT, { money: 1 });
  const began = performance.now();
  await expect(client.chat.completions.create({ model: 'small', messages }, { maxRetries: 5 })).rejects.toBeInstanceOf(RateLimitError);
  expect(performance.now() - began).toBeLessThan(400);
  await proxy.books.setCaps(SOLO_ACCOUNT, caps);
});

test('an aborted call is cancelled upstream', async () => {
  upstream.delay = 300;
  const control = new AbortController();
  const cancelled = upstream.cancelled;
  const call = client.chat.completions.create({ model: 'small', messages }, { signal: control.signal });
  await expect.poll(() => upstream.seen.some(({ body }) => !body.stream) && upstream.seen.length).toBeTruthy();
  setTimeout(() => control.abort(), 100);
  await expect(call).rejects.toThrow();
  await expect.poll(() => upstream.cancelled).toBe(cancelled + 1);
  upstream.delay = 0;
  expect((await proxy.books.account(SOLO_ACCOUNT)).spent.money).toBeGreaterThanOrEqual(charged(upstream.worked));
});
