import { connect } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { charged, configOf, KEY, provider, startProxy, type UnderTest } from './proxy-under-test.ts';
import { chunk, sse, UpstreamServer, type Behaviour } from './upstream-server.ts';

let upstream: UpstreamServer;
let proxy: UnderTest;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  proxy = await startProxy(configOf([provider(upstream.url)], {}, { firstByteSeconds: 0.4, idleSeconds: 1, replyBytes: 100_000 }));
});

afterEach(async () => {
  await proxy.close();
  await upstream.stop();
});

const books = () => proxy.books.account(SOLO_ACCOUNT);

/** The books are true: nothing is open, and what is booked is at least what the service has worked. */
async function expectTrueBooks(unresolved: number): Promise<void> {
  await expect.poll(async () => (await books()).open).toBe(0);
  const { spent, reserved, unresolved: listed } = await books();
  expect([reserved.money, listed.requests]).toEqual([0, unresolved]);
  expect(spent.money).toBeGreaterThanOrEqual(charged(upstream.worked));
}

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };

describe('a service that fails before it has worked costs nothing', () => {
  test.each<[what: string, Behaviour, status: number, code: string, attempts: number]>([
    ['refuses the request', ({ response }) => void response.writeHead(422, json).end('{"error":{"message":"temperature is too hot"}}'), 400, 'upstream_refused', 1],
    ['refuses the key', ({ response }) => void response.writeHead(401, json).end(`{"error":{"message":"Incorrect API key provided: ${KEY}"}}`), 502, 'upstream_key', 1],
    ['redirects', ({ response }) => void response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end(), 502, 'upstream_redirect', 1],
    ['answers 500', ({ response }) => void response.writeHead(500, json).end('{}'), 502, 'upstream_error', 3],
    ['answers 503 in HTML', ({ response }) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>'), 502, 'upstream_error', 3],
    ['answers 408', ({ response }) => void response.writeHead(408).end(), 502, 'upstream_error', 3],
    ['answers 429 again and again', ({ response }) => void response.writeHead(429, json).end('{}'), 429, 'upstream_busy', 3],
    ['asks for a minute', ({ response }) => void response.writeHead(429, { 'retry-after': '60' }).end(), 429, 'upstream_busy', 1],
    ['has no money for us', ({ response }) => void response.writeHead(402).end(), 429, 'upstream_quota', 1],
    ['fails in 10 MB', ({ response }) => void response.writeHead(400, json).end('x'.repeat(10_000_000)), 400, 'upstream_refused', 1],
  ])('%s', async (_what, behaviour, status, code, attempts) => {
    upstream.behaviour = behaviour;
    for (const stream of [false, true]) {
      upstream.seen.length = 0;
      const response = await proxy.chat({ stream });
      const text = await response.text();
      expect([response.status, (JSON.parse(text) as { error: { code: string } }).error.code]).toEqual([status, code]);
      expect(text).not.toContain(KEY);
      expect(upstream.seen).toHaveLength(attempts);
    }
    expect(await books()).toMatchObject({ spent: { money: 0, requests: 0 }, open: 0 });
  });

  test('can’t be reached', async () => {
    await upstream.stop();
    const response = await proxy.chat();
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'upstream_unreachable' } }]);
    expect(await books()).toMatchObject({ spent: { money: 0 }, open: 0 });
    upstream = await UpstreamServer.start();
  });

  test('comes back while we try again', async () => {
    upstream.behaviour = ({ response, reply }) => (upstream.seen.length < 3 ? void response.writeHead(503, { 'retry-after': '0' }).end() : reply());
    expect((await proxy.chat()).status).toBe(200);
    expect(await books()).toMatchObject({ spent: { money: charged(upstream.worked), requests: 1 } });
  });

  test('and in a storm of 429s every call ends, with true books', async () => {
    await proxy.close();
    // Sixty calls at once may take long on a busy machine.
    proxy = await startProxy(configOf([provider(upstream.url)]));
    upstream.behaviour = ({ response, reply }) => (upstream.seen.length % 3 === 0 ? reply() : void response.writeHead(429, { 'retry-after': '0' }).end());
    const statuses = await Promise.all(Array.from({ length: 60 }, async (_, index) => (await proxy.chat({ stream: index % 2 === 0 })).text()));
    expect(statuses).toHaveLength(60);
    await expectTrueBooks(0);
    expect((await books()).spent.money).toBe(charged(upstream.worked));
  });
});

describe('a service that fails after it may have worked is booked at the bound and not asked again', () => {
  const plain: [what: string, Behaviour, status: number, code: string][] = [
    ['hangs', ({ count }) => count(), 504, 'upstream_timeout'],
    ['cuts before it answers', ({ response, count }) => (count(), void response.destroy()), 502, 'upstream_cut'],
    ['cuts in the middle', ({ response, count }) => (count(), response.writeHead(200, { ...json, 'content-length': '1000' }).write('{"choices":'), void setTimeout(() => response.destroy(), 20)), 502, 'upstream_cut'],
    ['answers in HTML', ({ response, count }) => (count(), void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')), 502, 'reply_unreadable'],
    ['answers something else', ({ response, count }) => (count(), void response.writeHead(200, json).end('{"answer":42}')), 502, 'reply_unreadable'],
    ['answers 10 MB', ({ response, count }) => (count(), void response.writeHead(200, json).end(`{"choices":["${'x'.repeat(10_000_000)}"]}`)), 502, 'reply_too_large'],
    ['answers invalid UTF-8', ({ response, count }) => (count(), void response.writeHead(200, json).end(Buffer.from([0x22, 0xc3, 0x28, 0x22]))), 502, 'reply_unreadable'],
  ];
  test.each(plain)('%s', async (_what, behaviour, status, code) => {
    upstream.behaviour = behaviour;
    const response = await proxy.chat();
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
    expect(upstream.seen).toHaveLength(1);
    await expectTrueBooks(1);
  });

  const begin = (response: Parameters<Behaviour>[0]['response']) => response.writeHead(200, events).write(sse(chunk('small', [{ index: 0, delta: { content: 'so' } }])));
  const streamed: [what: string, Behaviour, code: string][] = [
    ['cuts in mid-stream', ({ response, count }) => (count(), begin(response), void setTimeout(() => response.destroy(), 20)), 'upstream_cut'],
    ['ends without [DONE]', ({ response, count }) => (count(), begin(response), void response.end()), 'upstream_cut'],
    ['falls silent', ({ response, count }) => (count(), void begin(response)), 'upstream_timeout'],
    ['streams HTML', ({ response, count }) => (count(), void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>')), 'reply_unreadable'],
    ['streams nonsense', ({ response, count }) => (count(), begin(response), void response.end('data: {oops\n\n')), 'reply_unreadable'],
    ['streams invalid UTF-8', ({ response, count }) => (count(), begin(response), void response.end(Buffer.from([0x64, 0xc3, 0x28]))), 'reply_unreadable'],
    ['streams without end', ({ response, count }) => (count(), void response.writeHead(200, events).end(sse(chunk('small', [{ delta: { content: 'x'.repeat(200_000) } }])))), 'reply_too_large'],
    ['streams an error', ({ response, count }) => (count(), begin(response), void response.end(sse({ error: { message: `no room for ${KEY}` } }))), 'upstream_error'],
  ];
  test.each(streamed)('%s', async (_what, behaviour, code) => {
    upstream.behaviour = behaviour;
    const response = await proxy.chat({ stream: true });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('[DONE]');
    expect(JSON.parse(text.trim().split('\n\n').at(-1)!.slice(6))).toMatchObject({ error: { code } });
    await expectTrueBooks(1);
  });

  test('but a stream that breaks after its usage is settled by it', async () => {
    upstream.behaviour = ({ response, count, usage }) => (count(), begin(response), response.write(sse({ ...chunk('small', []), usage })), void setTimeout(() => response.destroy(), 20));
    await (await proxy.chat({ stream: true })).text();
    await expectTrueBooks(0);
    expect((await books()).spent.money).toBe(charged(upstream.worked));
  });
});

test('a reply that takes too long in all is ended', async () => {
  await proxy.close();
  proxy = await startProxy(configOf([provider(upstream.url)], {}, { totalSeconds: 0.3, waitSeconds: 0.1 }));
  upstream.delay = 30;
  upstream.pieces = 1000;
  const text = await (await proxy.chat({ stream: true })).text();
  expect(text).toContain('"error"');
  await expectTrueBooks(1);
  await expect.poll(() => upstream.cancelled).toBe(1);
});

describe('over a socket', () => {
  test('a client that disappears is noticed upstream, plain and streamed, and the books close', async () => {
    const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
    const { port } = new URL(server.address);
    upstream.delay = 200;
    for (const stream of [false, true]) {
      const cancelled = upstream.cancelled;
      const body = JSON.stringify({ model: 'small', stream, messages: [{ role: 'user', content: 'x' }] });
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${proxy.soloToken}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      await sleep(100);
      socket.destroy();
      await expect.poll(() => upstream.cancelled).toBe(cancelled + 1);
    }
    await expectTrueBooks(2);
    await server.close();
  });

  test('a request whose body never ends is not taken further than the ceiling', async () => {
    const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const response = await fetch(`${server.address}v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${proxy.soloToken}` }, body: endless, duplex: 'half' } as RequestInit).catch((error: unknown) => error as Error);
    if (response instanceof Response) expect(response.status).toBe(413);
    expect(upstream.seen).toHaveLength(0);
    await server.close();
  });
});

test('a store that fails is said, costs nothing, and leaves no stack trace', async () => {
  proxy.books.reserve = () => Promise.reject(new Error('disk full at /secret/path'));
  const response = await proxy.chat();
  const text = await response.text();
  expect([response.status, text.includes('store_unavailable'), text.includes('/secret')]).toEqual([503, true, false]);
  expect(upstream.seen).toHaveLength(0);
});

test('a clock that jumps changes nothing in the books', async () => {
  const now = Date.now;
  let jump = 0;
  Date.now = () => now() + jump;
  try {
    for (const hours of [0, -48, 72, -1]) {
      jump = hours * 3_600_000;
      expect((await proxy.chat({ stream: hours % 2 === 0 })).status).toBe(200);
    }
  } finally {
    Date.now = now;
  }
  await expectTrueBooks(0);
});

test('a server in the way that takes a connection and says nothing counts as late, not as free', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const quiet = await startProxy(configOf([provider(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/v1`)], {}, { firstByteSeconds: 0.2 }));
  expect((await quiet.chat()).status).toBe(504);
  expect((await quiet.books.account(SOLO_ACCOUNT)).unresolved.requests).toBe(1);
  await quiet.close();
  silent.closeAllConnections();
  silent.close();
});
