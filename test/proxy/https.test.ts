import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { request, type RequestOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { origin, pairedApp } from '../../proxy/middleware.ts';
import { listen, type Listening, type Patience } from '../../proxy/server.ts';
import { certificate, type Certificate } from '../../proxy/tls.ts';
import { appOf, names, Place } from './class/place.ts';

let folder: string;
let own: Certificate;
let server: Listening | undefined;
const sessions: ClientHttp2Session[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-https-'));
  own = await certificate({ tls: 'made', names, folder });
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await server?.close();
  server = undefined;
});

const appOrigin = 'https://app.example';

function app(): Hono {
  return new Hono()
    .use(origin(names, appOrigin))
    .use(pairedApp(appOrigin))
    .onError((error, context) => context.text(error.message, 500))
    .get('/healthz', (context) => context.json({ ok: true, url: context.req.url }))
    .post('/v1/chat/completions', async (context) => context.text((await context.req.text()).length.toString()))
    .get('/slow', (context) =>
      stream(context, async (out) => {
        for (const part of ['one ', 'two ', 'three']) {
          await out.write(part);
          await out.sleep(200);
        }
      }),
    )
    .get('/endless', (context) => stream(context, async (out) => {
      while (!out.aborted) {
        await out.write('.');
        await out.sleep(50);
      }
    }));
}

async function start(patience: Partial<Patience> = {}, served: Hono = app()): Promise<number> {
  server = await listen(served, { host: '127.0.0.1', port: 0 }, own, patience);
  return Number(new URL(server.address).port);
}

/** A session of a browser that calls the server class.example. */
function http2(port: number): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: own.certificate, servername: 'class.example' });
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

async function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: string): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const call = session.request({ ':authority': 'class.example', ...headers });
  call.end(body);
  const [answer] = (await once(call, 'response')) as [Record<string, unknown>];
  let text = '';
  for await (const chunk of call) text += String(chunk);
  return { status: Number(answer[':status']), headers: answer, text };
}

function http1(port: number, options: RequestOptions): Promise<{ status: number; version: string; text: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, servername: 'class.example', ca: own.certificate, ...options }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode!, version: answer.httpVersion, text }));
      answer.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

test('one port speaks HTTP/2 and HTTP/1.1 over TLS, to a client that checks the certificate', async () => {
  const port = await start();
  expect(server!.address).toBe(`https://localhost:${port}/`);
  const session = http2(port);
  expect(await ask(session, { ':path': '/healthz' })).toMatchObject({ status: 200, text: JSON.stringify({ ok: true, url: 'https://class.example/healthz' }) });
  expect(session.alpnProtocol).toBe('h2');
  expect(await http1(port, { path: '/healthz', headers: { host: 'class.example' } })).toMatchObject({ status: 200, version: '1.1' });
  expect((await ask(session, { ':path': '/v1/chat/completions', ':method': 'POST' }, 'x'.repeat(100_000))).text).toBe('100000');
});

test.each(['evil.example', 'class.example.evil.example', '192.0.2.9', 'evil.example:443'])('over HTTP/2 the name %s is refused as over HTTP/1.1', async (name) => {
  const port = await start();
  expect((await ask(http2(port), { ':authority': name, ':path': '/healthz' })).status).toBe(421);
  expect((await http1(port, { path: '/healthz', headers: { host: name } })).status).toBe(421);
});

test('over HTTP/2 pages of the server itself are let in, others are not', async () => {
  const session = http2(await start());
  const from = async (page: string, authority = 'class.example'): Promise<number> => (await ask(session, { ':authority': authority, ':path': '/healthz', origin: page })).status;
  expect(await from('https://class.example')).toBe(200);
  expect(await from('https://class.example:8443', 'class.example:8443')).toBe(200);
  for (const page of ['https://evil.example', 'https://class.example:444', 'null']) expect(await from(page)).toBe(403);
  expect((await ask(session, { ':path': '/healthz', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
});

test('the paired app may call and read, with a token and without cookies; nobody else may', async () => {
  const session = http2(await start());
  const preflight = { ':method': 'OPTIONS', ':path': '/v1/chat/completions', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,x-stainless-os', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
  const answer = await ask(session, { ...preflight, origin: appOrigin });
  expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': appOrigin, 'access-control-allow-headers': 'authorization,*', 'access-control-allow-methods': 'GET,POST,DELETE' } });
  const call = await ask(session, { ':method': 'POST', ':path': '/v1/chat/completions', origin: appOrigin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 'text');
  expect(call).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': appOrigin, vary: 'Origin' } });
  for (const { headers } of [answer, call]) expect(headers).not.toHaveProperty('access-control-allow-credentials');
  for (const page of ['https://app.example.evil.example', 'http://app.example', 'https://app.example:8443', 'null']) {
    const other = await ask(session, { ...preflight, origin: page });
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  }
  const same = await ask(session, { ':path': '/healthz' });
  expect(same.headers).not.toHaveProperty('access-control-allow-origin');
});

test('plain HTTP on the port of HTTPS gets nothing', async () => {
  await expect(fetch(`http://127.0.0.1:${await start()}/healthz`)).rejects.toThrow();
});

/** Milliseconds until the other side closes. */
async function closedAfter(socket: NodeJS.ReadableStream): Promise<number> {
  const started = performance.now();
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  return performance.now() - started;
}

async function tls(port: number, protocol: string): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, servername: 'class.example', ca: own.certificate, ALPNProtocols: [protocol] });
  await once(socket, 'secureConnect');
  return socket;
}

test('who sends nothing, half the headers, or a body that does not end is cut off', async () => {
  const port = await start({ headers: 300, request: 600, idle: 400 });
  const silent = connectTcp(port, '127.0.0.1');
  const half = await tls(port, 'http/1.1');
  half.write('GET /healthz HTTP/1.1\r\nhost: class.example\r\nx-a: ');
  const body = await tls(port, 'http/1.1');
  body.write('POST /v1/chat/completions HTTP/1.1\r\nhost: class.example\r\ncontent-length: 1000\r\n\r\nabc');
  const idle = await tls(port, 'h2');
  idle.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
  for (const after of await Promise.all([silent, half, body, idle].map(closedAfter))) expect(after).toBeLessThan(2500);
  const call = http2(port).request({ ':authority': 'class.example', ':path': '/v1/chat/completions', ':method': 'POST' });
  call.write('abc');
  expect(await closedAfter(call)).toBeLessThan(2500);
});

test('a reply that takes longer than a request may is not cut off', async () => {
  const port = await start({ headers: 100, request: 150, idle: 100 });
  expect((await ask(http2(port), { ':path': '/slow' })).text).toBe('one two three');
  expect((await http1(port, { path: '/slow', headers: { host: 'class.example' } })).text).toBe('one two three');
});

test('headers of more than 16 kB are refused', async () => {
  const port = await start();
  expect((await http1(port, { path: '/healthz', headers: { host: 'class.example', 'x-large': 'x'.repeat(20_000) } })).status).toBe(431);
  await expect(ask(http2(port), { ':path': '/healthz', 'x-large': 'x'.repeat(80_000) })).rejects.toThrow();
});

test('closing lets streams finish that can, cuts the others off, and takes no more', async () => {
  const port = await start({ close: 1500 });
  const [session, other] = [http2(port), http2(port)];
  const [two, one] = [ask(session, { ':path': '/slow' }), http1(port, { path: '/slow', headers: { host: 'class.example' } })];
  const endless = ask(other, { ':path': '/endless' }).catch((error: Error) => error);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const started = performance.now();
  const closing = server!.close();
  await expect(http1(port, { path: '/healthz' })).rejects.toThrow();
  expect([(await two).text, (await one).text]).toEqual(['one two three', 'one two three']);
  await endless;
  await closing;
  expect(performance.now() - started).toBeGreaterThan(1400);
  expect(performance.now() - started).toBeLessThan(2500);
  server = undefined;
});

test('closing waits no longer than the last stream', async () => {
  const port = await start();
  const slow = ask(http2(port), { ':path': '/slow' });
  const plain = http1(port, { path: '/slow', headers: { host: 'class.example', connection: 'keep-alive' } });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const started = performance.now();
  await server!.close();
  expect(performance.now() - started).toBeLessThan(1500);
  expect([(await slow).text, (await plain).text]).toEqual(['one two three', 'one two three']);
  server = undefined;
});

test('a class of thirty joins over TLS within a minute, each over a connection of its own', async () => {
  const place = await Place.open();
  const { code } = await place.make();
  const port = await start({}, appOf(place.classes) as unknown as Hono);
  const started = performance.now();
  const seats = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      const session = http2(port);
      const pass = JSON.parse((await ask(session, { ':method': 'POST', ':path': '/class/join', origin: 'https://class.example' }, JSON.stringify({ code, nickname: `Student ${i}` }))).text) as { token: string; seat: string };
      return ((JSON.parse((await ask(session, { ':path': '/class/seat', authorization: `Bearer ${pass.token}` })).text)) as { seat: string }).seat;
    }),
  );
  expect(new Set(seats).size).toBe(30);
  expect(performance.now() - started).toBeLessThan(60_000);
  place.classes.close();
});
