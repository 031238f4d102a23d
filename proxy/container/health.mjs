// Whether the server in this container answers. Its certificate may be of its own making, and what is asked is no secret.
import http from 'node:http';
import https from 'node:https';

const { get } = process.env.TAGSMITH_TLS === 'elsewhere' ? http : https;
get({ port: process.env.PORT ?? 8443, path: '/healthz', rejectUnauthorized: false, headers: { host: 'localhost' } }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1));
