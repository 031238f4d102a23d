import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

/**
 * What the proxy adds to a call: the same load on the service itself, through the proxy, and through a known gateway
 * (Portkey's, from npm), in turn on this machine. `npm run bench:proxy [-- --without-gateway]`.
 */
const DELAY = 50;
const RATE = 200;
const WARM = 8;
const ROUNDS = 4;
const SECONDS = 5;
const FLAT_OUT = 5000;
const STREAMS = 1000;
const GATEWAY = '@portkey-ai/gateway@1.15.2';

interface Target {
  name: string;
  url: string;
  headers: Record<string, string>;
  memory: () => Promise<number>;
}

const children: ChildProcess[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-load-'));
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const agent = new Agent({ connections: 2 * STREAMS, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
const body = (stream: boolean): string => JSON.stringify({ model: 'small', max_tokens: 50, stream, messages: [{ role: 'user', content: 'Mark the persons in: Ada met Charles in London.' }] });

async function call({ url, headers }: Target, stream: boolean): Promise<boolean> {
  const response = await request(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body(stream), dispatcher: agent });
  const text = await response.body.text();
  return response.statusCode === 200 && (stream ? text.includes('[DONE]') && text.split('words ').length === 11 : text.includes('A reply of some words'));
}

/** Calls that start at fixed times, whether or not the ones before have ended: milliseconds of each. */
async function steady(target: Target, seconds: number): Promise<{ times: number[]; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  const began = performance.now();
  const calls: Promise<void>[] = [];
  for (let index = 0; index < RATE * seconds; index++) {
    const due = began + (1000 * index) / RATE;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const sent = performance.now();
    calls.push(call(target, false).then((fine) => void (fine ? times.push(performance.now() - sent) : failed++), () => void failed++));
  }
  await Promise.all(calls);
  return { times, failed };
}

/** Calls a second with 64 callers that ask again as soon as they are answered. */
async function flatOut(target: Target): Promise<{ rate: number; failed: number }> {
  let left = FLAT_OUT;
  let failed = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: 64 }, async () => {
    while (left-- > 0) if (!(await call(target, false).catch(() => false))) failed++;
  }));
  return { rate: (1000 * FLAT_OUT) / (performance.now() - began), failed };
}

async function streams(target: Target): Promise<{ whole: number; memory: number }> {
  const results = Promise.all(Array.from({ length: STREAMS }, () => call(target, true).catch(() => false)));
  let memory = 0;
  let done = false;
  void results.then(() => (done = true));
  while (!done) {
    memory = Math.max(memory, await target.memory());
    await sleep(50);
  }
  return { whole: (await results).filter(Boolean).length, memory };
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as T));
    child.once('exit', (code) => reject(new Error(`A process of the measurement ended with ${code}.`)));
  });
}

async function start<T>(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; said: T }> {
  // Node's flags as `npm start` gives them.
  const child = fork(path.join(import.meta.dirname, file), args, { env, execArgv: ['--max-semi-space-size=16', '--max-old-space-size=1024'] });
  children.push(child);
  return { child, said: await message<T>(child) };
}

async function startUpstream(delay: number): Promise<string> {
  const { said } = await start<{ port: number }>('upstream-process.ts', [String(delay)], process.env);
  return `http://127.0.0.1:${said.port}/v1`;
}

async function startProxy(url: string, name: string): Promise<Target> {
  const file = path.join(folder, `${name}.json`);
  const terms = { input: 3, output: 7, context: 100_000, maxOutput: 1000 };
  writeFileSync(file, JSON.stringify({ providers: { service: { kind: 'compatible', url, local: true, concurrency: 1000, models: { small: terms } } } }));
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', TAGSMITH_PROVIDERS: file, TAGSMITH_STORE: path.join(folder, `${name}.sqlite`) };
  const { child, said } = await start<{ port: number; token: string }>('../proxy/money/proxy-process.ts', [], env);
  const memory = async (): Promise<number> => {
    child.send('memory');
    return (await message<{ memory: number }>(child)).memory;
  };
  return { name: 'Tagsmith', url: `http://127.0.0.1:${said.port}/v1`, headers: { authorization: `Bearer ${said.token}` }, memory };
}

async function startGateway(url: string): Promise<Target> {
  const port = await freePort();
  const child = spawn('npx', ['--yes', GATEWAY, '--headless', `--port=${port}`], { stdio: 'ignore', detached: true });
  children.push({ kill: () => process.kill(-child.pid!, 'SIGKILL') } as unknown as ChildProcess);
  const target = { name: `Portkey's gateway`, url: `http://127.0.0.1:${port}/v1`, headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': url, authorization: 'Bearer none' }, memory: () => Promise.resolve(NaN) };
  for (let attempt = 0; attempt < 240; attempt++) {
    if (await call(target, false).catch(() => false)) return target;
    await sleep(500);
  }
  throw new Error(`${GATEWAY} did not start within two minutes.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

interface Pair {
  /** In front of the service with its delay, and of one that answers at once. */
  slow: Target;
  fast: Target;
}

const nothing = (): Promise<number> => Promise.resolve(NaN);
const [slow, fast] = [await startUpstream(DELAY), await startUpstream(0)];
const itself = (url: string): Target => ({ name: 'the service itself', url, headers: {}, memory: nothing });
const pairs: Pair[] = [{ slow: itself(slow), fast: itself(fast) }, { slow: await startProxy(slow, 'slow'), fast: await startProxy(fast, 'fast') }];
if (!process.argv.includes('--without-gateway')) pairs.push({ slow: await startGateway(slow), fast: await startGateway(fast) });

// A program that has just started is still being compiled.
for (const pair of pairs) {
  await steady(pair.slow, WARM);
  for (let warm = 0; warm < 400; warm++) await call(pair.fast, warm % 4 === 0);
}
/** Share of the busy time that a virtual machine's host gave to others, since `before`: it lengthens the slowest calls. NaN off Linux. */
function stolen(before: number[]): number {
  const [user, nice, system, , , interrupts, softInterrupts, steal] = processorTimes().map((value, index) => value - before[index]!) as [number, number, number, number, number, number, number, number];
  return steal / (user + nice + system + interrupts + softInterrupts + steal);
}

function processorTimes(): number[] {
  try {
    return readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.split(/\s+/).slice(1, 9).map(Number);
  } catch {
    return Array<number>(8).fill(NaN);
  }
}

const before = processorTimes();
// In turn, so that a busy moment of the machine falls on all alike.
const steadies = pairs.map(() => ({ times: [] as number[], failed: 0 }));
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, pair] of pairs.entries()) {
    const { times, failed } = await steady(pair.slow, SECONDS);
    steadies[index]!.times.push(...times);
    steadies[index]!.failed += failed;
  }
}
console.log(`At ${RATE}/s the machine's host took ${(100 * stolen(before)).toFixed(1)} % of the busy time for others.`);
const quantiles = steadies.map(({ times }) => {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: at(sorted, 0.5), p99: at(sorted, 0.99) };
});
for (const [index, pair] of pairs.entries()) {
  const { median, p99 } = quantiles[index]!;
  const flat = await flatOut(pair.fast);
  const open = await streams(pair.slow);
  const added = index > 0 ? ` (+${(median - quantiles[0]!.median).toFixed(1)}, +${(p99 - quantiles[0]!.p99).toFixed(1)})` : '';
  const memory = Number.isFinite(open.memory) && open.memory > 0 ? `, ${(open.memory / 2 ** 20).toFixed(0)} MB` : '';
  console.log(`${pair.slow.name.padEnd(18)} ${RATE}/s: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${added}, ${steadies[index]!.failed} failed · flat out ${flat.rate.toFixed(0)}/s, ${flat.failed} failed · ${open.whole} of ${STREAMS} streams whole${memory}`);
}
process.exit();
