import { mkdtemp, rm } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certificate, type Certificate } from '../../proxy/tls.ts';
import { connect } from '../../web/cli/connect.ts';
import { openAiSource } from '../../web/src/llm/client.ts';
import { LlmFailure, type LlmRequest, type LlmSource } from '../../web/src/llm/task.ts';

let folder: string;
let own: Certificate;
let server: Http2SecureServer;
let behave: (request: Http2ServerRequest, response: Http2ServerResponse, body: string) => void;
let sessions = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-connect-'));
  own = await certificate({ tls: 'made', names: ['localhost'], folder });
  server = createSecureServer({ cert: own.certificate, key: own.key }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => behave(request, response, body));
    request.on('error', () => undefined);
  });
  server.on('session', () => sessions++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const request: LlmRequest = { task: 'shout.v1', model: 'small', messages: [{ role: 'user', content: 'Héllo' }], sampling: { maxTokens: 5 }, draw: 0 };
const source = (): LlmSource => openAiSource({ kind: 'proxy', name: 'P', baseURL: `https://localhost:${(server.address() as AddressInfo).port}/v1`, headers: () => ({ authorization: 'Bearer me' }), fetch: connect(own.certificate) });
const completion = JSON.stringify({ model: 'small', choices: [{ message: { content: 'HÉLLO' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 2 } });

it('over HTTPS requests go by HTTP/2, many on few connections', async () => {
  const seen: { version: string; authorization: string | undefined; body: string }[] = [];
  behave = (asked, response, body) => {
    seen.push({ version: asked.httpVersion, authorization: asked.headers.authorization, body });
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(completion), 20);
  };
  const own = source();
  const replies = await Promise.all(Array.from({ length: 40 }, (_, draw) => own.complete({ ...request, draw }, new AbortController().signal)));
  expect(replies.every(({ text, usage }) => text === 'HÉLLO' && usage?.completion === 2)).toBe(true);
  expect(new Set(seen.map(({ version, authorization }) => `${version} ${authorization}`))).toEqual(new Set(['2.0 Bearer me']));
  expect(seen.map(({ body }) => (JSON.parse(body) as { seed?: number }).seed ?? 0).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, draw) => draw));
  expect(sessions).toBeLessThanOrEqual(4);
});

it('a refusal comes with its words and with when to ask again', async () => {
  behave = (_asked, response) => void response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3' }).end(JSON.stringify({ error: { message: 'Later.', code: 'busy' } }));
  await expect(source().complete(request, new AbortController().signal)).rejects.toMatchObject({ kind: 'limited', message: 'Later.', retryAfter: 3000 });
});

it('a reply that breaks off is cut, and one that is broken off ends at the server too', async () => {
  behave = (_asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(completion.length) });
    response.write(completion.slice(0, 20), () => setTimeout(() => response.stream.close(2), 20));
  };
  await expect(source().complete(request, new AbortController().signal)).rejects.toMatchObject({ kind: 'cut', mayCost: true });
  const control = new AbortController();
  const ended = new Promise((resolve) => {
    behave = (_asked, response) => {
      response.stream.once('close', resolve);
      control.abort(new LlmFailure('late', 'Too long.'));
    };
  });
  await expect(source().complete(request, control.signal)).rejects.toThrow('Too long.');
  await ended;
});

it('a server whose certificate is not trusted gets nothing', async () => {
  let asked = 0;
  behave = () => void asked++;
  const stranger = openAiSource({ kind: 'proxy', name: 'P', baseURL: `https://localhost:${(server.address() as AddressInfo).port}/v1`, fetch: connect() });
  await expect(stranger.complete(request, new AbortController().signal)).rejects.toMatchObject({ kind: 'lost' });
  expect(asked).toBe(0);
});
