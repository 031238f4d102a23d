import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { charged, configOf, KEY, provider, startProxy, type UnderTest } from './proxy-under-test.ts';
import { UpstreamServer } from './upstream-server.ts';

let upstream: UpstreamServer;
let proxy: UnderTest;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  proxy = await startProxy(configOf([provider(upstream.url)]));
});

afterEach(async () => {
  await proxy.close();
  await upstream.stop();
});

const books = () => proxy.books.account(SOLO_ACCOUNT);
const errorOf = async (response: Response): Promise<{ status: number; code: string; message: string; type: string }> => ({ status: response.status, ...((await response.json()) as { error: { code: string; message: string; type: string } }).error });

describe('a plain call', () => {
  test('brings the reply of the service, and books what its usage says', async () => {
    const response = await proxy.chat();
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'Hello 1' } }] });
    expect(await books()).toMatchObject({ spent: { money: charged(upstream.worked), requests: 1 }, reserved: { money: 0, tokens: 0 }, open: 0, unresolved: { requests: 0 } });
    expect(charged(upstream.worked)).toBeGreaterThan(0);
  });

  test('always bounds the reply, and never by more than the model gives', async () => {
    await proxy.chat();
    await proxy.chat({ max_tokens: 7 });
    await proxy.chat({ max_completion_tokens: 9 });
    expect(upstream.seen.map(({ body }) => body.max_completion_tokens)).toEqual([100, 7, 9]);
  });

  test('passes on what OpenAI knows and leaves out what concerns its own books', async () => {
    await proxy.chat({ temperature: 0.3, seed: 5, stop: ['x'], response_format: { type: 'json_object' }, user: 'somebody', metadata: { a: 'b' }, store: true });
    expect(upstream.seen[0]!.body).toEqual({ model: 'small', messages: [{ role: 'user', content: 'Hello there' }], temperature: 0.3, seed: 5, stop: ['x'], response_format: { type: 'json_object' }, max_completion_tokens: 100 });
  });

  test('books at the bound and lists what brings no usage', async () => {
    upstream.behaviour = ({ response, count }) => {
      count();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [{ message: { content: 'free?' } }] }));
    };
    expect((await proxy.chat()).status).toBe(200);
    const { spent, unresolved } = await books();
    expect(unresolved.requests).toBe(1);
    expect(spent.money).toBeGreaterThan(charged(upstream.worked));
    expect(await proxy.books.unresolved(SOLO_ACCOUNT)).toMatchObject([{ model: 'small', reason: 'no usage' }]);
  });
});

describe('a stream', () => {
  const events = async (response: Response): Promise<string[]> => (await response.text()).split('\n\n').filter(Boolean);

  test('comes piece by piece and is booked by the usage that the proxy asked for', async () => {
    const response = await proxy.chat({ stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const lines = await events(response);
    expect(lines.at(-1)).toBe('data: [DONE]');
    expect(lines).toHaveLength(5);
    expect(lines.join('')).not.toContain('prompt_tokens');
    expect(upstream.seen[0]!.body.stream_options).toEqual({ include_usage: true });
    expect(await books()).toMatchObject({ spent: { money: charged(upstream.worked), requests: 1 }, open: 0, unresolved: { requests: 0 } });
  });

  test('shows the usage to a client that asks for it', async () => {
    const lines = await events(await proxy.chat({ stream: true, stream_options: { include_usage: true } }));
    expect(lines.at(-2)).toContain('prompt_tokens');
  });

  test('whose reader leaves is cancelled upstream and booked at its bound', async () => {
    upstream.delay = 20;
    upstream.pieces = 1000;
    const response = await proxy.chat({ stream: true });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => upstream.cancelled).toBe(1);
    await expect.poll(async () => (await books()).unresolved.requests).toBe(1);
    expect((await books()).open).toBe(0);
  });
});

describe('refused with the field or the reason named, before anything is reserved or sent', () => {
  test.each([
    ['no JSON', '{', 400, 'invalid_json'],
    ['nothing', undefined, 400, 'invalid_json'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff]), 400, 'invalid_json'],
    ['a field that nobody knows', JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'x' }], base_url: 'http://evil.example' }), 400, 'invalid_request'],
    ['no messages', JSON.stringify({ model: 'small', messages: [] }), 400, 'invalid_request'],
    ['an image', JSON.stringify({ model: 'small', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://169.254.169.254/' } }] }] }), 400, 'invalid_request'],
    ['a model that is not on the list', JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: 'x' }] }), 404, 'model_not_found'],
    ['too many messages', JSON.stringify({ model: 'small', messages: Array.from({ length: 201 }, () => ({ role: 'user', content: 'x' })) }), 400, 'too_many_messages'],
    ['too many characters', JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'x'.repeat(400_001) }] }), 400, 'too_many_characters'],
    ['too many bytes', 'x'.repeat(1_048_577), 413, 'request_too_large'],
    ['too many replies', JSON.stringify({ model: 'small', n: 9, messages: [{ role: 'user', content: 'x' }] }), 400, 'too_many_replies'],
    ['too long a reply', JSON.stringify({ model: 'small', max_tokens: 101, messages: [{ role: 'user', content: 'x' }] }), 400, 'too_many_tokens'],
    ['tools', JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function', function: { name: 'f' } }] }), 400, 'tools_off'],
  ])('%s', async (_what, body, status, code) => {
    const response = await proxy.ask('/v1/chat/completions', { method: 'POST', ...(body === undefined ? {} : { body }) });
    expect(await errorOf(response)).toMatchObject({ status, code });
    expect([upstream.seen.length, (await books()).spent.requests]).toEqual([0, 0]);
  });
});

describe('the budget', () => {
  test('refuses what the rest cannot pay, and says so as OpenAI does', async () => {
    await proxy.books.setCaps(SOLO_ACCOUNT, { money: 1000 });
    const error = await errorOf(await proxy.chat());
    expect(error).toMatchObject({ status: 429, type: 'insufficient_quota', code: 'budget_spent' });
    expect(upstream.seen).toHaveLength(0);
  });

  test('lets a call wait that would fit but for an open one', async () => {
    const bound = await boundOfOne();
    await proxy.books.setCaps(SOLO_ACCOUNT, { money: (await books()).spent.money + Math.floor(1.5 * bound) });
    upstream.delay = 100;
    const [first, second] = await Promise.all([proxy.chat(), proxy.chat()]);
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  test('turns away a call that has waited too long, and says when to come again', async () => {
    await proxy.close();
    proxy = await startProxy(configOf([provider(upstream.url)], {}, { waitSeconds: 0.05 }));
    const bound = await boundOfOne();
    await proxy.books.setCaps(SOLO_ACCOUNT, { money: (await books()).spent.money + Math.floor(1.5 * bound) });
    upstream.delay = 400;
    const [first, second] = await Promise.all([proxy.chat(), proxy.chat()]);
    expect([first.status, second.status].toSorted()).toEqual([200, 429]);
    expect((first.status === 429 ? first : second).headers.get('retry-after')).toBe('5');
  });

  test.each([
    ['calls', { waitingCalls: 2 }],
    ['bytes', { waitingBytes: 500 }],
  ])('lets only so many %s wait, turns away the others at once, and has room again afterwards', async (_what, ceilings) => {
    await proxy.close();
    proxy = await startProxy(configOf([provider(upstream.url)], {}, { waitSeconds: 5, ...ceilings }));
    await proxy.books.setCaps(SOLO_ACCOUNT, { concurrency: 1 });
    upstream.delay = 200;
    const content = 'x'.repeat(100);
    const first = proxy.chat({ messages: [{ role: 'user', content }] });
    await expect.poll(() => upstream.seen.length).toBe(1);
    const others = await Promise.all(Array.from({ length: 4 }, () => proxy.chat({ messages: [{ role: 'user', content }] })));
    const refused = others.filter(({ status }) => status === 429);
    expect((await first).status).toBe(200);
    expect(others.map(({ status }) => status).toSorted()).toEqual([200, 200, 429, 429]);
    for (const response of refused) {
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await errorOf(response)).toMatchObject({ type: 'rate_limit_error', code: 'too_many_waiting' });
    }
    expect((await proxy.chat()).status).toBe(200);
    expect(await books()).toMatchObject({ open: 0, spent: { requests: 4 }, unresolved: { requests: 0 } });
  });

  test('lets out of the waiting room who leaves', async () => {
    await proxy.close();
    proxy = await startProxy(configOf([provider(upstream.url)], {}, { waitSeconds: 5, waitingCalls: 1 }));
    await proxy.books.setCaps(SOLO_ACCOUNT, { concurrency: 1 });
    upstream.delay = 1500;
    const first = proxy.chat();
    await expect.poll(() => upstream.seen.length).toBe(1);
    const control = new AbortController();
    const second = proxy.chat({}, {}, control.signal);
    await expect.poll(async () => (await proxy.chat()).status).toBe(429);
    control.abort();
    await Promise.allSettled([second]);
    const third = proxy.chat();
    expect([(await third).status, (await first).status]).toEqual([200, 200]);
  });

  /** What one call reserves, seen while it is under way. */
  async function boundOfOne(): Promise<number> {
    let bound = 0;
    upstream.behaviour = async ({ reply }) => {
      bound ||= (await books()).reserved.money;
      await reply();
    };
    await proxy.chat();
    expect(bound).toBeGreaterThan(charged(upstream.worked));
    return bound;
  }
});

describe('calls with the same idempotency key', () => {
  const key = { 'idempotency-key': 'k1' };

  test('of one seat are one call upstream while it is under way, plain and streamed', async () => {
    upstream.delay = 50;
    for (const stream of [false, true]) {
      const before = upstream.seen.length;
      const texts = await Promise.all([proxy.chat({ stream }, key), proxy.chat({ stream }, key), proxy.chat({ stream }, key)].map(async (response) => (await response).text()));
      expect(new Set(texts).size).toBe(1);
      expect(upstream.seen.length - before).toBe(1);
    }
    expect((await books()).spent.requests).toBe(2);
  });

  test('go on while one of them listens', async () => {
    upstream.delay = 30;
    upstream.pieces = 10;
    const [first, second] = await Promise.all([proxy.chat({ stream: true }, key), proxy.chat({ stream: true }, key)]);
    await first.body!.cancel();
    expect(await second.text()).toContain('[DONE]');
    expect(upstream.cancelled).toBe(0);
  });

  test('but another body are refused', async () => {
    upstream.delay = 50;
    const first = proxy.chat({}, key);
    await expect.poll(() => upstream.seen.length).toBe(1);
    expect(await errorOf(await proxy.chat({ temperature: 1 }, key))).toMatchObject({ status: 409, code: 'idempotency_key_in_use' });
    expect((await first).status).toBe(200);
  });

  test('after one has ended are calls of their own: another draw was asked for', async () => {
    const [first, second] = [await (await proxy.chat({}, key)).json(), await (await proxy.chat({}, key)).json()];
    expect(first).not.toEqual(second);
  });
});

describe('the cache of replies', () => {
  const allow = { 'x-tagsmith-cache': 'allow' };

  test('is off until it is configured', async () => {
    await proxy.chat({}, allow);
    await proxy.chat({}, allow);
    expect(upstream.seen).toHaveLength(2);
  });

  test('gives a client that asks the same reply to the same request, unpaid, and nobody else', async () => {
    await proxy.close();
    proxy = await startProxy(configOf([provider(upstream.url)], { cachedReplies: 10 }));
    const first = await proxy.chat({}, allow);
    const second = await proxy.chat({}, allow);
    expect([first.headers.get('x-tagsmith-cache'), second.headers.get('x-tagsmith-cache')]).toEqual(['miss', 'hit']);
    expect(await second.text()).toBe(await first.text());
    expect((await proxy.chat()).headers.get('x-tagsmith-cache')).toBeNull();
    expect((await proxy.chat({ temperature: 0.1 }, allow)).headers.get('x-tagsmith-cache')).toBe('miss');
    expect((await books()).spent.requests).toBe(3);
  });

  test('keeps no error', async () => {
    await proxy.close();
    proxy = await startProxy(configOf([provider(upstream.url)], { cachedReplies: 10 }));
    upstream.behaviour = ({ response }) => void response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    expect((await proxy.chat({}, allow)).status).toBe(400);
    upstream.behaviour = ({ reply }) => reply();
    expect((await proxy.chat({}, allow)).status).toBe(200);
  });
});

test('the key goes upstream, and the client’s own credentials, cookies and names do not', async () => {
  await proxy.chat({}, { cookie: 'a=b', 'openai-organization': 'mine', 'x-forwarded-for': '1.2.3.4', 'api-key': 'own' });
  const { headers } = upstream.seen[0]!;
  expect(headers.authorization).toBe(`Bearer ${KEY}`);
  for (const name of ['cookie', 'openai-organization', 'openai-project', 'x-forwarded-for', 'api-key']) expect(headers[name]).toBeUndefined();
});

test('models and limits are what the caller may use and has left', async () => {
  await proxy.chat();
  expect(await (await proxy.ask('/v1/models')).json()).toMatchObject({ object: 'list', data: [{ id: 'small', object: 'model', owned_by: 'service' }, { id: 'other' }] });
  expect((await proxy.ask('/v1/models/small')).status).toBe(200);
  expect((await proxy.ask('/v1/models/none')).status).toBe(404);
  const limits = (await (await proxy.ask('/v1/limits')).json()) as { accounts: unknown[] };
  expect(limits.accounts).toMatchObject([{ name: 'solo', caps: { dollars: null }, used: { dollars: charged(upstream.worked) / 1e9, requests: 1 }, open: 0 }]);
});
