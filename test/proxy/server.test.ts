import type { AddressInfo } from 'node:net';
import { createServer, request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../proxy/config.ts';
import { openProxy } from '../../proxy/open.ts';
import { listen, type Listening } from '../../proxy/server.ts';
import { configOf } from './proxy-under-test.ts';

const { app } = await openProxy(configOf([], { logLevel: 'silent' }), { app: new Map(), encoders: { list: () => Promise.resolve([]) } });
let server: Listening | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

test('HOST and PORT come from the environment, with defaults', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 8787 });
  expect(readConfig({ HOST: '', PORT: '' })).toMatchObject({ host: '127.0.0.1', port: 8787 });
  expect(readConfig({ HOST: 'class.example', PORT: '80', TAGSMITH_NAMES: 'a.example, B.example' })).toMatchObject({ host: 'class.example', port: 80, names: ['class.example', 'a.example', 'b.example'] });
});

test('listening on every address answers to the addresses of this machine, not to every name', () => {
  const { names } = readConfig({ HOST: '0.0.0.0' });
  expect(names).toContain('127.0.0.1');
  expect(names).not.toContain('0.0.0.0');
});

test.each(['eighty', '-1', '65536', '80.5'])('PORT=%s is refused with what was expected', (port) => {
  expect(() => readConfig({ PORT: port })).toThrow(`PORT is "${port}"; expected a number from 0 to 65535`);
});

test.each(['class.example:8443', 'https://class.example', 'a.example, class.example/page'])('TAGSMITH_NAMES=%s, which no caller would match, is refused', (names) => {
  expect(() => readConfig({ TAGSMITH_NAMES: names })).toThrow('expected names or addresses alone');
});

test.each(['TAGSMITH_SECRET', 'TAGSMITH_ADMIN_SECRET'])('%s of fewer than 32 characters is refused and not quoted', (name) => {
  expect(() => readConfig({ [name]: 'x'.repeat(31) })).toThrow(`${name} is too short; expected at least 32 characters.`);
  expect(() => readConfig({ [name]: 'x'.repeat(32) })).not.toThrow();
});

test('a listening server answers over the network, and checks the name it is called by', async () => {
  server = await listen(app, { host: '127.0.0.1', port: 0 });
  expect(await (await fetch(`${server.address}healthz`)).json()).toEqual({ ok: true });
  const { port } = new URL(server.address);
  const status = await new Promise((resolve) => request({ host: '127.0.0.1', port, path: '/healthz', headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).end());
  expect(status).toBe(421);
});

test('a busy port is said, with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(listen(app, { host: '127.0.0.1', port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use, perhaps by another Tagsmith. Stop that one, or take another port: PORT=${port + 1} npm start`);
  await new Promise((resolve) => other.close(resolve));
});

test('an address of another machine is said', async () => {
  await expect(listen(app, { host: '192.0.2.1', port: 0 })).rejects.toThrow('HOST is "192.0.2.1", which is no address of this machine.');
});
