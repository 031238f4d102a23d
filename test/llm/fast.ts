import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../web/cli/connect.ts';
import { openAiSource } from '../../web/src/llm/client.ts';
import { runTask } from '../../web/src/llm/run.ts';
import type { LlmSource } from '../../web/src/llm/task.ts';
import { Memory, Played, replyTo, shout, terms, words } from '../web/llm/fixtures.ts';

/** Milliseconds that the service takes for a reply. */
const DELAY = 50;
const ROUNDS = 3;

interface Timed {
  what: string;
  /** Time over the ideal, of each round. */
  ratios: number[];
  /** Time of this process a request, in microseconds, in the last round. */
  processorTime: number;
}

/** How long jobs take through the proxy, over the ideal of so many requests at once and nothing but the service's delay. */
export async function measureSpeed(): Promise<Timed[]> {
  const children: ChildProcess[] = [];
  const start = async <Said>(file: string, ...args: string[]): Promise<Said> => {
    const child = fork(path.join(import.meta.dirname, file), args);
    children.push(child);
    return ((await once(child, 'message')) as [Said])[0];
  };
  try {
    const { port } = await start<{ port: number }>('../load/upstream-process.ts', String(DELAY));
    const proxies = await Promise.all((['https', 'http'] as const).map(async (scheme) => ({ scheme, ...(await start<{ base: string; token: string; ca?: string }>('proxy-process.ts', `http://127.0.0.1:${port}/v1`, scheme)) })));
    const timed: Timed[] = [];
    for (const { scheme, base, token, ca } of proxies) {
      const fetch = connect(ca);
      const headers = { authorization: `Bearer ${token}` };
      const source = openAiSource({ kind: 'proxy', name: 'Proxy', baseURL: base, headers: () => headers, terms: () => terms, fetch });
      const over = scheme === 'https' ? 'HTTP/2' : 'HTTP/1.1';
      timed.push(await rounds(`2,000 requests over ${over}, 32 at once`, 2000, 32, (count, atOnce, round) => job(source, count, atOnce, round)));
      timed.push(await rounds(`  the same without a job: fetch alone`, 2000, 32, (count, atOnce) => bare(fetch, base, headers, count, atOnce)));
      if (scheme === 'http') timed.push(await rounds(`2,000 requests over ${over}, 5 at once`, 2000, 5, (count, atOnce, round) => job(source, count, atOnce, round)));
    }
    const still = new Played(async (request) => {
      await sleep(DELAY);
      return replyTo(request);
    });
    timed.push(await rounds('the job alone, without a connection, 5 at once', 2000, 5, (count, atOnce, round) => job(still, count, atOnce, round)));
    timed.push(await rounds('the job alone, without a connection, 32 at once', 2000, 32, (count, atOnce, round) => job(still, count, atOnce, round)));
    return timed;
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function rounds(what: string, count: number, atOnce: number, run: (count: number, atOnce: number, round: number) => Promise<void>): Promise<Timed> {
  const ratios: number[] = [];
  let processorTime = 0;
  for (let round = 0; round < (atOnce === 5 ? 1 : ROUNDS); round++) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    await run(count, atOnce, round);
    ratios.push((performance.now() - began) / ((count / atOnce) * DELAY));
    const { user, system } = process.cpuUsage(used);
    processorTime = (user + system) / count;
  }
  console.log(`${what}: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} × ideal; ${Math.round(processorTime)} µs of this process a request; load of the machine ${loadavg()[0]!.toFixed(1)}`);
  return { what, ratios, processorTime };
}

async function job(source: LlmSource, count: number, atOnce: number, round: number): Promise<void> {
  let answers = 0;
  for await (const event of runTask({ task: shout, inputs: words(count).map((word) => `${word}, round ${round}`), model: 'small', source, replies: new Memory(), atOnce })) if (event.type === 'answer') answers++;
  if (answers !== count) throw new Error(`${answers} of ${count} requests were answered.`);
}

async function bare(fetch: typeof globalThis.fetch, base: string, headers: Record<string, string>, count: number, atOnce: number): Promise<void> {
  let left = count;
  const ask = async (): Promise<void> => {
    const body = JSON.stringify({ model: 'small', max_tokens: 10, messages: [{ role: 'user', content: `Shout: word ${left}` }] });
    const response = await fetch(`${base}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    await response.json();
  };
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await ask();
  }));
}
