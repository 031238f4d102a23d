import type { Server, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Env, Hono } from 'hono';
import { ConfigError } from './error.ts';
import { isLoopback, type Config } from './config.ts';
import type { Certificate } from './tls.ts';

/** A server that listens. */
export type Listening = Awaited<ReturnType<typeof listen>>;

/**
 * Milliseconds for a request's headers; for a whole request, its body included (replies take as long as they take); for a
 * connection on which nothing is asked; for calls that are under way when the server closes.
 */
const usualPatience = { headers: 15_000, request: 60_000, idle: 60_000, close: 10_000 };

export type Patience = typeof usualPatience;

const headerBytes = 16_384;

/**
 * Listens: with a certificate over HTTPS, by HTTP/2 or HTTP/1.1. Throws a `ConfigError` that says what to do where the
 * address can't be had.
 */
export async function listen<E extends Env>(
  { fetch }: Hono<E>,
  { host, port }: Pick<Config, 'host' | 'port'>,
  certificate?: Certificate,
  patience: Partial<Patience> = {},
) {
  const allowed = { ...usualPatience, ...patience };
  const limits = { maxHeaderSize: headerBytes, connectionsCheckingInterval: Math.min(5000, allowed.headers) };
  const settings = { maxConcurrentStreams: 100, maxHeaderListSize: headerBytes };
  const secure = certificate && { allowHTTP1: true, cert: certificate.certificate, key: certificate.key, handshakeTimeout: allowed.headers, settings };
  const options = secure ? { createServer: createSecureServer, serverOptions: { ...limits, ...secure } } : { serverOptions: limits };
  const server = createAdaptorServer({ fetch: fetch as (request: Request) => Response, ...options }) as Server | Http2SecureServer;
  // Over TLS HTTP/1.1's limits are not taken from the options.
  Object.assign(server, { headersTimeout: allowed.headers, requestTimeout: allowed.request, keepAliveTimeout: allowed.idle });
  let asked = 0;
  server.on('request', (_request: unknown, response: ServerResponse) => {
    asked++;
    response.once('close', () => asked--);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  (server as Http2SecureServer).on('session', (session) => limitSession(session, allowed));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  const name = isLoopback(host) || ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    /** To open in a browser on this machine. */
    address: `${certificate ? 'https' : 'http'}://${name}:${actual}/`,
    /** Takes no more calls; those under way may go on for a while. */
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      const until = performance.now() + allowed.close;
      // Connections outlive their requests; when none is under way, or their time is over, they go.
      const waiting = setInterval(() => {
        if (asked === 0 || performance.now() > until) for (const socket of sockets) socket.destroy();
      }, 50);
      await closed;
      clearInterval(waiting);
    },
  };
}

/** What HTTP/1.1's server does by itself: ends sessions that ask nothing, and requests that don't come to an end. */
function limitSession(session: ServerHttp2Session, { request, idle }: Patience): void {
  let open = 0;
  session.setTimeout(idle, () => {
    if (open === 0) session.destroy();
  });
  session.on('stream', (stream) => {
    open++;
    const late = setTimeout(() => {
      if (!stream.readableEnded && !stream.endAfterHeaders) stream.close();
    }, request);
    stream.once('close', () => {
      open--;
      clearTimeout(late);
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const other = port === 65_535 ? 8788 : port + 1;
  const messages: Record<string, string> = {
    EADDRINUSE: `Port ${port} of ${host} is in use, perhaps by another Tagsmith. Stop that one, or take another port: PORT=${other} npm start`,
    EACCES: `This user may not listen on port ${port}. Take one from 1024 up: PORT=8787 npm start`,
    EADDRNOTAVAIL: `HOST is ${JSON.stringify(host)}, which is no address of this machine.`,
    ENOTFOUND: `HOST is ${JSON.stringify(host)}, which is no address of this machine.`,
  };
  const message = messages[error.code ?? ''];
  return message ? new ConfigError(message) : error;
}
