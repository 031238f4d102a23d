import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen, type Listening } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { annotate as verb } from '../../web/cli/annotate.ts';
import { Call, FailedRun, UsageError } from '../../web/cli/verb.ts';
import { configOf, provider, startProxy, type UnderTest } from '../proxy/proxy-under-test.ts';
import { UpstreamServer, type Behaviour } from '../proxy/upstream-server.ts';
import { jsonOf, tagsmith } from './command.ts';

let folder: string;
let upstream: UpstreamServer;
let proxy: UnderTest;
let server: Listening;
const at = (name: string): string => path.join(folder, name);

/** Marks whoever is called Mara. */
const marking: Behaviour = async ({ seen, response, usage, count }) => {
  count();
  const text = (seen.body.messages as { content: string }[]).at(-1)!.content;
  if (upstream.delay) await new Promise((resolve) => setTimeout(resolve, upstream.delay));
  const content = text.includes('nothing') ? '' : text.replaceAll('Mara', '@@Mara##');
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ model: 'small', choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }], usage }));
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-annotate-'));
  await writeFile(at('types.json'), JSON.stringify({ types: [{ name: 'person', definition: 'A human being.' }] }));
  await writeFile(at('examples.conll'), 'Ben\tB-person\nsleeps\tO\n\nNobody\tO\nsleeps\tO\n\n');
  const texts = Array.from({ length: 30 }, (_, index) => (index === 7 ? 'Here is nothing 🦜.' : `🦜 Number ${index}: Mara sings.`));
  await writeFile(at('texts.txt'), `${texts.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  upstream.behaviour = marking;
  proxy = await startProxy(configOf([provider(upstream.url)], {}, { maxTokens: 1000 }));
  server = await listen(proxy.app, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await proxy.close();
  await upstream.stop();
});

const argsOf = (out: string, ...more: string[]): string[] => ['annotate', '--input', at('texts.txt'), '--types', at('types.json'), '--examples', at('examples.conll'), '--k', '2', '--llm', `${server.address}v1`, '--model', 'small', '--out', at(out), ...more];

/** Runs the verb in this process; gives what `--json` prints. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function annotate(args: string[], key = proxy.soloToken!): Promise<any> {
  vi.stubEnv('TAGSMITH_LLM_KEY', key);
  return JSON.parse(JSON.stringify((await verb.run(new Call(verb, args.slice(1)), { progress: () => undefined, note: () => undefined })).json)) as unknown;
}
const linesOf = async (name: string): Promise<{ text: string; spans: object[] }[]> => (await readFile(at(name), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { text: string; spans: object[] });

describe('annotate', () => {
  it('marks texts, says what became of each request and what it cost, and asks nothing the second time', async () => {
    const first = jsonOf(await tagsmith(argsOf('a.jsonl', '--json'), { TAGSMITH_LLM_KEY: proxy.soloToken! }));
    const { spent } = await proxy.books.account(SOLO_ACCOUNT);
    expect(first).toMatchObject({ requests: 30, asked: 30, parsed: 29, reasons: { empty: 1 }, failures: {}, spans: 29, texts: 30, unanswered: 1, model: 'small', task: 'annotate.v1', source: { kind: 'proxy' } });
    expect([Math.round(first.spend * 1e9), spent.requests]).toEqual([spent.money, 30]);
    const lines = await linesOf('a.jsonl');
    expect(lines[0]).toEqual({ text: '🦜 Number 0: Mara sings.', spans: [{ start: 12, end: 16, label: 'person', source: 'llm' }] });
    expect(lines[7]!.spans).toEqual([]);
    const again = await annotate(argsOf('a.jsonl'));
    expect(again).toMatchObject({ requests: 30, asked: 0, parsed: 29, spend: 0, spentBefore: first.spend, spans: 29 });
    expect(await linesOf('a.jsonl')).toEqual(lines);
    expect(upstream.seen).toHaveLength(30);
    const messages = upstream.seen[0]!.body.messages as { content: string }[];
    expect(messages).toHaveLength(6);
    expect(messages[0]!.content).toContain('A human being.');
    expect(messages.map(({ content }) => content)).toContain('@@Ben## sleeps');
    expect(existsSync(at('a.jsonl.replies.jsonl.lock'))).toBe(false);
  });

  it('says what it will cost and asks nothing, where that is all that is wanted', async () => {
    const estimated = await annotate(argsOf('estimate.jsonl', '--estimate'));
    expect(estimated).toMatchObject({ inputs: 30, requests: 30, learnedFrom: 0 });
    expect(estimated.dollars).toBeGreaterThan(0);
    expect(estimated.dollarsAtMost).toBeGreaterThan(estimated.dollars);
    expect([upstream.seen.length, existsSync(at('estimate.jsonl'))]).toEqual([0, false]);
  });

  it('that is interrupted keeps what is paid, says how to go on, and goes on', async () => {
    upstream.delay = 100;
    const child = spawn(process.execPath, ['web/cli/main.ts', ...argsOf('b.jsonl', '--at-once', '2')], { env: { ...process.env, TAGSMITH_LLM_KEY: proxy.soloToken! } });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await expect.poll(() => upstream.seen.length, { timeout: 20_000 }).toBeGreaterThan(4);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    const done = upstream.seen.length;
    expect(said).toContain(`${done} of 30 requests have their replies in ${at('b.jsonl.replies.jsonl')}`);
    expect(said).toContain('Run the same command again to go on.');
    expect(existsSync(at('b.jsonl'))).toBe(false);
    upstream.delay = 0;
    expect(await annotate(argsOf('b.jsonl'))).toMatchObject({ requests: 30, asked: 30 - done, spans: 29 });
    expect(upstream.seen).toHaveLength(30);
    expect((await proxy.books.account(SOLO_ACCOUNT)).unresolved.requests).toBe(0);
  });

  it('goes on after a crash in the middle of a line', async () => {
    await annotate(argsOf('c.jsonl'));
    const file = at('c.jsonl.replies.jsonl');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${lines.slice(0, 20).join('\n')}\n`);
    await appendFile(file, lines[20]!.slice(0, 300));
    expect(await annotate(argsOf('c.jsonl'))).toMatchObject({ asked: 10, spans: 29 });
    expect((await readFile(file, 'utf8')).trimEnd().split('\n').map((line) => (JSON.parse(line) as { key: string }).key).toSorted()).toEqual(lines.map((line) => (JSON.parse(line) as { key: string }).key).toSorted());
  });

  it('stops where the budget is spent, with the words of the proxy', async () => {
    await proxy.books.setCaps(SOLO_ACCOUNT, { money: 5_000_000 });
    await expect(annotate(argsOf('d.jsonl', '--at-once', '1'))).rejects.toThrow(/too little for this call[^]* of 30 requests have their replies/);
  });

  it('asks a server that is no proxy, without a price', async () => {
    const args = argsOf('e.jsonl');
    upstream.behaviour = (call) => (call.seen.path.endsWith('/limits') ? void call.response.writeHead(404).end('404 page not found') : marking(call));
    expect(await annotate(args.with(args.indexOf('--llm') + 1, upstream.url), '')).toMatchObject({ asked: 30, spend: null, spans: 29, source: { kind: 'local' } });
  });
});

describe('what is wrong is said', () => {
  const wrong = async (change: (args: string[]) => string[], key?: string): Promise<string> => {
    const error: unknown = await annotate(change(argsOf('f.jsonl')), key).catch((thrown: unknown) => thrown);
    if (!(error instanceof UsageError || error instanceof FailedRun)) throw new Error(`Expected a message for people, got ${String(error)}`);
    return error.message;
  };
  const instead = (flag: string, value: string) => (args: string[]) => args.with(args.indexOf(flag) + 1, value);

  it.each<[string, (args: string[]) => string[], string]>([
    ['a model that is not there', instead('--model', 'large'), 'There are: small, other.'],
    ['an address that is none', instead('--llm', 'localhost:8787'), 'expected an address such as http://localhost:8787/v1'],
    ['a server that does not answer', instead('--llm', 'http://127.0.0.1:9/v1'), "127.0.0.1:9 can't be reached"],
    ['types that are no types', instead('--types', 'package.json'), 'holds no types: expected [{'],
    ['types that are not there', instead('--types', 'none.json'), 'there is no such file'],
    ['an --out of another kind', instead('--out', 'x.csv'), 'expected a name that ends in .conll or .jsonl'],
  ])('%s', async (_what, change, message) => {
    expect(await wrong(change)).toContain(message);
  });

  it('no key', async () => {
    expect(await wrong((args) => args, '')).toContain('The key is taken from TAGSMITH_LLM_KEY.');
  });

  it('a file of replies that is something else, or is in use', async () => {
    await writeFile(at('f.jsonl.replies.jsonl'), 'My diary\n');
    expect(await wrong((args) => args)).toContain('line 1: this is no reply');
    await writeFile(at('f.jsonl.replies.jsonl'), '');
    await writeFile(at('f.jsonl.replies.jsonl.lock'), String(process.ppid));
    expect(await wrong((args) => args)).toContain(`Another program (process ${process.ppid})`);
    await rm(at('f.jsonl.replies.jsonl.lock'));
  });
});
