import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../../proxy/server.ts';
import { openProxy } from '../../../proxy/open.ts';
import { SOLO_ACCOUNT } from '../../../proxy/solo.ts';
import type { Account } from '../../../proxy/store/amounts.ts';
import { openAiSource } from '../../../web/src/llm/client.ts';
import { dollarsAtMost } from '../../../web/src/llm/cost.ts';
import { Meter, type Tally } from '../../../web/src/llm/meter.ts';
import { requestKey } from '../../../web/src/llm/key.ts';
import { runTask } from '../../../web/src/llm/run.ts';
import type { LlmRequest, LlmSource } from '../../../web/src/llm/task.ts';
import { fork } from '../../../web/src/dataset/random.ts';
import { configOf, provider } from '../../proxy/proxy-under-test.ts';
import { UpstreamServer, type Behaviour } from '../../proxy/upstream-server.ts';
import { Memory, shout, terms, words } from './fixtures.ts';

/** What a job looked like that ran through trouble, with a reload in the middle. Money in billionths of a dollar. */
export interface Outcome {
  /** Answers of the second run, by `from`. */
  answers: Record<string, number>;
  replies: number;
  failures: number;
  /** Requests that were sent although their reply was in the store. */
  sentAgain: number;
  /** Requests under way when the page was reloaded. */
  underWayAtReload: number;
  /** Requests that the service answered twice although the first answer arrived. */
  answeredTwice: number;
  troubles: Record<string, number>;
  /** Paid for replies by our sums, and what was broken off at most: by both runs and by the reload. */
  paid: number;
  atMost: number;
  /** The proxy's books. */
  settled: number;
  unresolved: number;
  unresolvedRequests: number;
  open: number;
  first: Tally;
  second: Tally;
  milliseconds: number;
}

const shares = [['busy', 0.2], ['broken', 0.05], ['cut', 0.02], ['hang', 0.01]] as const;

/** What happens to an attempt: the same for the same seed, request and number of the attempt. */
function troubleOf(seed: number, content: string, attempt: number): (typeof shares)[number][0] | null {
  let drawn = fork(seed, `${content} ${attempt}`).float();
  for (const [trouble, share] of shares) if ((drawn -= share) < 0) return trouble;
  return null;
}

/**
 * Runs a job of so many requests through the proxy, whose service is in trouble: 20 % of the calls are turned away, 5 % fail, 2 % break
 * off, 1 % hang. Halfway the page is reloaded: everything but the stored replies is gone, and the job is begun again.
 */
export async function troubledJob(count: number, { seed = 1, atOnce = 32, delay = 10, patience = 2500 } = {}): Promise<Outcome> {
  const upstream = await UpstreamServer.start();
  const attempts = new Map<string, number>();
  const answered = new Map<string, number>();
  const troubles: Record<string, number> = {};
  /** While the page is reloaded the service answers nobody: what is under way then is lost for certain. */
  let held = Promise.resolve();
  const holding = new Set<ServerResponse>();
  const behave: Behaviour = async ({ seen, response, reply, count: begin }) => {
    const content = (seen.body.messages as { content: string }[])[0]!.content;
    const attempt = (attempts.get(content) ?? 0) + 1;
    attempts.set(content, attempt);
    holding.add(response);
    await held;
    holding.delete(response);
    if (response.destroyed) return;
    const trouble = troubleOf(seed, content, attempt);
    if (trouble) troubles[trouble] = (troubles[trouble] ?? 0) + 1;
    if (trouble === 'busy') return void response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' }).end('{}');
    if (trouble === 'broken') return void response.writeHead(500).end();
    if (trouble === 'hang') return begin();
    if (trouble === 'cut') {
      begin();
      return void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"choices":[{"message":{', () => response.destroy());
    }
    answered.set(content, (answered.get(content) ?? 0) + 1);
    return reply();
  };
  upstream.behaviour = behave;
  upstream.delay = delay;

  // Most of the trouble goes through to the client: the proxy itself tries twice.
  const retries = { attempts: 2, base: 2, most: 5, mostRetryAfter: 1000 };
  const proxy = await openProxy(configOf([provider(upstream.url, { concurrency: 1000 })], { logLevel: 'silent' }), { app: new Map(), encoders: { list: () => Promise.resolve([]) } }, { retries });
  const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
  const replies = new Memory();
  let sentAgain = 0;
  const underWay = new Set<LlmRequest>();
  /** What was asked and brought no reply at least once: it may have been answered to nobody. */
  const unanswered = new Set<string>();
  const open = (): LlmSource => {
    const own = openAiSource({ kind: 'proxy', name: 'Proxy', baseURL: `${server.address}v1`, headers: () => ({ authorization: `Bearer ${proxy.soloToken}` }), terms: () => terms });
    return {
      ...own,
      async complete(request, signal) {
        if (replies.kept.has(await requestKey(request, 'proxy'))) sentAgain += 1;
        underWay.add(request);
        return own
          .complete(request, signal)
          .catch((error: unknown) => {
            unanswered.add(request.messages[0]!.content);
            throw error;
          })
          .finally(() => underWay.delete(request));
      },
    };
  };
  const run = () => runTask({ task: shout, inputs: words(count), model: 'small', source: open(), replies, atOnce, patience: { reply: patience, base: 5, most: 50, attempts: 8, turnedAway: 50 } });
  // The package is loaded at the first request, which takes its time on a busy machine.
  await import('openai');
  const began = performance.now();
  try {
    const first = new Meter(count);
    let lost: LlmRequest[] = [];
    let letGo = (): void => undefined;
    for await (const event of run()) {
      first.add(event);
      if (first.tally.asked < count / 2) continue;
      // Reload: the page is gone with all that it had under way.
      let release!: () => void;
      held = new Promise((resolve) => (release = resolve));
      await sleep(5 * delay);
      lost = [...underWay];
      letGo = release;
      break;
    }
    await sleep(5 * delay);
    await until(() => [...holding].every(({ destroyed }) => destroyed));
    letGo();
    const second = new Meter(count);
    const answers: Outcome['answers'] = {};
    let failures = 0;
    for await (const event of run()) {
      second.add(event);
      if (event.type === 'answer') answers[event.from] = (answers[event.from] ?? 0) + 1;
      if (event.type === 'failure') failures += 1;
    }
    const milliseconds = performance.now() - began;
    const { spent, unresolved, open: stillOpen } = await closedBooks(() => proxy.books.account(SOLO_ACCOUNT));
    const units = (dollars: number): number => Math.round(dollars * 1e9);
    const atMost = units(first.tally.atMost) + units(second.tally.atMost) + lost.reduce((sum, request) => sum + units(dollarsAtMost(request, terms)), 0);
    return {
      answers, failures, sentAgain, troubles, atMost, milliseconds,
      replies: replies.kept.size,
      underWayAtReload: lost.length,
      answeredTwice: [...answered].filter(([content, times]) => times > 1 && !unanswered.has(content)).length,
      paid: [...replies.kept.values()].reduce((sum, { reply }) => sum + units(reply.dollars!), 0),
      settled: spent.money - unresolved.money,
      unresolved: unresolved.money,
      unresolvedRequests: unresolved.requests,
      open: stillOpen,
      first: first.tally,
      second: second.tally,
    };
  } finally {
    await server.close();
    await proxy.close();
    await upstream.stop();
  }
}

/** The books, once no call is open any more. */
async function closedBooks(read: () => Promise<Account>): Promise<Account> {
  let account = await read();
  await until(async () => (account = await read()).open === 0);
  return account;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250 && !(await holds()); tries++) await sleep(20);
}
