import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configOf, KEY, provider, startProxy } from './proxy-under-test.ts';
import { UpstreamServer } from './upstream-server.ts';

const PROMPT = 'canary-prompt-81c3e0';
const REPLY = 'canary-reply-5d20ab';

test('key, prompt, reply and token appear in no log, error, metric or file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-secrets-'));
  const upstream = await UpstreamServer.start();
  const proxy = await startProxy(configOf([provider(upstream.url)], { store: path.join(folder, 'books.sqlite') }, { firstByteSeconds: 0.3 }));
  const bodies: string[] = [];
  const ask = async (changes: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<void> => {
    const response = await proxy.chat({ messages: [{ role: 'user', content: PROMPT }], ...changes }, headers);
    const text = await response.text();
    if (response.status !== 200) bodies.push(text);
  };
  const json = { 'content-type': 'application/json' };
  const usual = upstream.behaviour;
  upstream.behaviour = ({ response, usage }) => void response.writeHead(200, json).end(JSON.stringify({ choices: [{ message: { content: REPLY } }], usage }));
  await ask();
  upstream.behaviour = usual;
  await ask({ stream: true });
  for (const status of [400, 401, 404, 422, 429, 500]) {
    upstream.behaviour = ({ seen, response }) => void response.writeHead(status, json).end(JSON.stringify({ error: { message: `bad key ${seen.headers.authorization} and ${KEY}, Incorrect API key provided: sk-other-9999999` } }));
    await ask({ stream: status === 500 });
  }
  upstream.behaviour = ({ response }) => void response.writeHead(200, json).end(`${REPLY} is no JSON`);
  await ask();
  upstream.behaviour = () => {};
  await ask();
  await ask({ model: PROMPT.slice(0, 5) });
  await ask({ messages: PROMPT });
  await ask({}, { authorization: `Bearer ${KEY}` });
  proxy.books.reserve = () => Promise.reject(new Error(`${KEY} ${PROMPT}`));
  await ask();
  await proxy.ask(`/open/${proxy.soloToken}`);
  await proxy.ask(`/v1/models/${PROMPT}`);
  await proxy.ask(`/nothing/${PROMPT}?key=${KEY}`);
  const metrics = await (await proxy.ask('/metrics')).text();
  expect(metrics).toContain('tagsmith_calls_total{model="small",books="settled"');
  const log = proxy.lines.join('');
  expect(proxy.lines.length).toBeGreaterThan(20);
  expect(log).toContain('"books":"unresolved"');
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)).toString('latin1'));
  expect(files.join('').length).toBeGreaterThan(1000);
  for (const secret of [KEY, PROMPT, REPLY, proxy.soloToken!, 'sk-other-9999999']) {
    expect(log).not.toContain(secret);
    expect(metrics).not.toContain(secret);
    expect(files.join('\n')).not.toContain(secret);
    expect(bodies.join('\n')).not.toContain(secret);
  }
  await proxy.close();
  await upstream.stop();
  rmSync(folder, { recursive: true });
});
