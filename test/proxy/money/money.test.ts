import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomStream } from '../../../wasm-models/random.ts';
import { SOLO_ACCOUNT } from '../../../proxy/solo.ts';
import { openStore } from '../../../proxy/store/open.ts';
import { type Account, DOLLAR } from '../../../proxy/store/amounts.ts';
import { charged, KEY, TERMS } from '../proxy-under-test.ts';
import { chunk, sse, UpstreamServer } from '../upstream-server.ts';
import { startValkey, type Valkey } from '../../valkey.ts';
import { skipped, valkey as valkeyProgram } from '../store/valkey-server.ts';

const CLIENTS = 100;
const REQUESTS = 5000;

let upstream: UpstreamServer;
let folder: string;
let children: ChildProcess[];
let valkey: Valkey | null;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-money-'));
  children = [];
  valkey = null;
  misbehave();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await valkey?.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true });
});

/** The usage that was sent whole, which the books must hold to the unit where it also arrived. */
let told = { prompt: 0, completion: 0, calls: 0 };

/** Seven in ten calls are answered; the others fail before the service has worked, or after, or say nothing of their usage. */
function misbehave(): void {
  const random = randomStream(7, 'money');
  told = { prompt: 0, completion: 0, calls: 0 };
  upstream.pieces = 3;
  upstream.behaviour = async ({ seen, response, usage, count, reply }) => {
    const fate = random.below(100);
    if (fate < 8) return void response.writeHead(fate < 4 ? 500 : 429, { 'retry-after': '0' }).end('{}');
    if (fate < 14) return count(), void response.destroy();
    if (fate < 20) {
      count();
      if (seen.body.stream) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(sse(chunk('small', [{ index: 0, delta: { content: 'cut' } }])));
      else response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999' }).write('{"choices":[');
      return void setTimeout(() => response.destroy(), 5);
    }
    if (fate < 24 && !seen.body.stream) return count(), void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}');
    if (fate < 40) await sleep(random.below(60));
    told.prompt += usage.prompt_tokens;
    told.completion += usage.completion_tokens;
    told.calls++;
    await reply();
  };
}

interface Running {
  child: ChildProcess;
  url: string;
  token: string;
}

async function startProxy(store: string, dollars: number): Promise<Running> {
  const file = path.join(folder, 'providers.json');
  writeFileSync(file, JSON.stringify({ providers: { service: { kind: 'openai', url: upstream.url, local: true, concurrency: 200, models: { small: TERMS } } } }));
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', OPENAI_API_KEY: KEY, TAGSMITH_PROVIDERS: file, TAGSMITH_STORE: store, TAGSMITH_BUDGET: String(dollars), TAGSMITH_MAX_TOKENS: '40' };
  const child = fork(path.join(import.meta.dirname, 'proxy-process.ts'), { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const [said] = (await once(child, 'message')) as [{ port: number; token: string }];
  return { child, url: `http://127.0.0.1:${said.port}/v1/chat/completions`, token: said.token };
}

const kill = async ({ child }: Running): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** Clients that ask, plain and streamed, and at times leave; a proxy that has gone is asked again where it is then. */
async function storm(proxies: () => Running[] | Promise<Running[]>, onRequest: (index: number) => void): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const random = randomStream(11, 'clients');
  let next = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (next < REQUESTS) {
        const index = next++;
        onRequest(index);
        const all = await proxies();
        const { url, token } = all[index % all.length]!;
        const leave = random.below(20) === 0 ? AbortSignal.timeout(1 + random.below(30)) : null;
        const body = JSON.stringify({ model: 'small', stream: index % 2 === 0, messages: [{ role: 'user', content: 'x'.repeat(1 + random.below(200)) }] });
        const outcome = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body, signal: leave })
          .then(async (response) => (await response.text(), String(response.status)))
          .catch(async () => (await sleep(20), leave?.aborted ? 'left' : 'cut'));
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }),
  );
  return outcomes;
}

function expectTrueBooks({ spent, reserved, open, unresolved }: Account, cap: number): void {
  expect([open, reserved.money, reserved.tokens]).toEqual([0, 0, 0]);
  expect(spent.money).toBeLessThanOrEqual(cap);
  expect(charged(upstream.worked)).toBeLessThanOrEqual(spent.money);
  // What was settled is what the service told of: never more, and less only by what was on its way when a proxy was killed or a client left.
  expect(spent.money - unresolved.money).toBeLessThanOrEqual(charged(told));
  expect(spent.requests - unresolved.requests).toBeLessThanOrEqual(told.calls);
}

const account = async (setting: string): Promise<Account> => {
  const store = await openStore(setting);
  try {
    await expect.poll(async () => (await store.account(SOLO_ACCOUNT)).open, { timeout: 30_000 }).toBe(0);
    return await store.account(SOLO_ACCOUNT);
  } finally {
    await store.close();
  }
};

describe(`${CLIENTS} clients with ${REQUESTS} requests`, { timeout: 180_000 }, () => {
  test('on a proxy that is killed and started again: never above the cap, never below what the service has worked', async () => {
    const store = path.join(folder, 'books.sqlite');
    const dollars = 0.9;
    let running = await startProxy(store, dollars);
    let restarting = Promise.resolve();
    const restart = async (): Promise<void> => {
      await kill(running);
      running = await startProxy(store, dollars);
    };
    const up = async (): Promise<Running[]> => (await restarting, [running]);
    const outcomes = await storm(up, (index) => {
      if (index === 1000 || index === 2500) restarting = restarting.then(restart);
    });
    await restarting;
    await sleep(500);
    await kill(running);
    const books = await account(store);
    console.log('one proxy, killed twice:', outcomes, `cap ${dollars * DOLLAR}, booked ${books.spent.money}, worked ${charged(upstream.worked)}, unresolved ${books.unresolved.requests}`);
    expectTrueBooks(books, dollars * DOLLAR);
    // The cap was reached: the storm was worth more than the budget.
    expect(outcomes['429']).toBeGreaterThan(100);
    expect(outcomes['200']).toBeGreaterThan(500);
  });

  test('without failures: the books are the service’s own count to the unit', async () => {
    upstream.behaviour = ({ reply }) => reply();
    const store = path.join(folder, 'books.sqlite');
    const running = await startProxy(store, 1000);
    let done = 0;
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      while (done++ < REQUESTS) {
        const response = await fetch(running.url, { method: 'POST', headers: { authorization: `Bearer ${running.token}` }, body: JSON.stringify({ model: 'small', stream: done % 2 === 0, messages: [{ role: 'user', content: 'x'.repeat(done % 97) }] }) });
        await response.text();
        expect(response.status).toBe(200);
      }
    }));
    await kill(running);
    expect(await account(store)).toMatchObject({ spent: { money: charged(upstream.worked), requests: REQUESTS }, unresolved: { requests: 0 }, open: 0 });
  });

  test.skipIf(!valkeyProgram)(`on two proxies over one Valkey, one of them killed in the middle: the same${skipped}`, async () => {
    valkey = await startValkey(valkeyProgram!);
    const dollars = 1.2;
    let proxies = [await startProxy(valkey.url, dollars), await startProxy(valkey.url, dollars)];
    const outcomes = await storm(() => proxies, (index) => {
      if (index !== 1500) return;
      const [first, second] = proxies as [Running, Running];
      proxies = [second];
      void kill(first);
    });
    const books = await account(valkey.url);
    console.log('two proxies, one killed:', outcomes, `cap ${dollars * DOLLAR}, booked ${books.spent.money}, worked ${charged(upstream.worked)}, unresolved ${books.unresolved.requests}`);
    expectTrueBooks(books, dollars * DOLLAR);
    expect(outcomes['429']).toBeGreaterThan(100);
    expect(outcomes['200']).toBeGreaterThan(500);
  });
});
