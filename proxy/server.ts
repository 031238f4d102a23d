import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { ConfigError, isLoopback, type Config } from './config.ts';

/** A server that listens. */
export interface Listening {
  /** To open in a browser on this machine. */
  address: string;
  close(): Promise<void>;
}

/** Listens; throws a `ConfigError` that says what to do where the address can't be had. */
export async function listen(app: Hono, { host, port }: Config): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  const name = isLoopback(host) || ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    address: `http://${name}:${actual}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} of ${host} is in use, perhaps by another Tagsmith. Stop that one, or take another port: PORT=${port === 65_535 ? 8788 : port + 1} npm start`);
  }
  if (error.code === 'EACCES') return new ConfigError(`This user may not listen on port ${port}. Take one from 1024 up: PORT=8787 npm start`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return new ConfigError(`HOST is ${JSON.stringify(host)}, which is no address of this machine.`);
  return error;
}
