import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import OpenAI from 'openai';
import { openProxy } from '../../proxy/open.ts';
import { listen } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { configOf, provider } from '../proxy/proxy-under-test.ts';
import { providerKinds } from '../../proxy/chat/providers.ts';
import { python, startLlama } from './llama.ts';

/**
 * The proxy between OpenAI's own clients, for JavaScript and for Python, and a real small model: `npm run test:clients`.
 * Installs what it needs (Python with venv has to be there; 0.4 GB) under node_modules/.cache.
 */
const llama = await startLlama();
const terms = { input: 0.1, output: 0.2, context: 1024, maxOutput: 256 };
const config = configOf([provider(llama.url, { kind: providerKinds.compatible, key: null, models: { 'gemma-3-270m': terms }, concurrency: 1 })], { logLevel: 'silent' });
const proxy = await openProxy(config, { app: new Map(), encoders: { list: () => Promise.resolve([]) } });
const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
const base = `${server.address}v1`;
try {
  const client = new OpenAI({ baseURL: base, apiKey: proxy.soloToken!, maxRetries: 0 });
  const request = { model: 'gemma-3-270m', messages: [{ role: 'user' as const, content: 'Name a city in Portugal.' }], max_tokens: 24, temperature: 0 };
  const whole = await client.chat.completions.create(request);
  let text = '';
  for await (const piece of await client.chat.completions.create({ ...request, stream: true })) text += piece.choices[0]?.delta.content ?? '';
  if (text.trim() === '' || text.trim() !== whole.choices[0]!.message.content!.trim()) throw new Error(`The stream said ${JSON.stringify(text)}, the whole reply ${JSON.stringify(whole.choices[0]!.message.content)}.`);
  console.log(`openai for JavaScript: chat, stream; the model said ${JSON.stringify(text.trim())}`);
  // Python runs beside this process, which serves it.
  const client2 = fork(path.join(import.meta.dirname, 'python_client.py'), [base, proxy.soloToken!, 'gemma-3-270m'], { execPath: python, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [code] = (await once(client2, 'exit')) as [number];
  if (code !== 0) throw new Error(`The Python client ended with ${code}.`);
  const { spent, unresolved, open } = await proxy.books.account(SOLO_ACCOUNT);
  if (spent.requests !== 4 || unresolved.requests !== 0 || open !== 0) throw new Error(`The books hold ${spent.requests} calls, ${unresolved.requests} of them unresolved, ${open} open; expected 4, 0, 0.`);
  console.log(`Books: ${spent.requests} calls, ${spent.tokens} tokens, all settled.\n3 passed, 0 failed`);
} finally {
  llama.stop();
  await server.close();
  await proxy.close();
}
