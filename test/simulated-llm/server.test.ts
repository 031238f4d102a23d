import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { annotateTask } from '../../web/src/llm/annotate/task.ts';
import { goldOf } from '../../web/src/llm/simulated/gold.ts';
import { faultlessSimulation } from '../../web/src/llm/simulated/settings.ts';
import { faultOf, noFaults } from './faults.ts';
import { labelledTexts } from './labelled-texts.ts';
import { SimulatedServer, type SimulatedServerOptions } from './server.ts';

const texts = labelledTexts(40);
const gold = goldOf(texts);
let server: SimulatedServer | null = null;

afterEach(async () => {
  await server?.stop();
  server = null;
});

async function start(options: Partial<SimulatedServerOptions> = {}): Promise<OpenAI> {
  server = await SimulatedServer.start({ gold, settings: faultlessSimulation, ...options });
  return new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
}

const task = annotateTask();
const inputOf = (i: number): Parameters<typeof task.messages>[0] => ({ texts: [texts[i]!.text], types: [{ name: 'person', definition: '' }], examples: [] });
const bodyOf = (i: number): { model: string; messages: ReturnType<typeof task.messages>; max_tokens: number } => ({ model: 'simulated-annotator', messages: task.messages(inputOf(i)), max_tokens: 1000 });
const isRight = (i: number, text: string): boolean => {
  const parsed = task.parse({ text, finish: 'stop', usage: null, dollars: null, model: '', milliseconds: 0 }, inputOf(i));
  const wanted = texts[i]!.spans.filter(({ type }) => type === 'person').map(({ start, end, type }) => ({ start, end, type }));
  return parsed.ok && JSON.stringify(parsed.value[0]!.spans) === JSON.stringify(wanted);
};

describe('OpenAI’s own client', () => {
  test('gets an answer with its usage', async () => {
    const client = await start();
    const { choices, usage } = await client.chat.completions.create(bodyOf(0));
    expect(isRight(0, choices[0]!.message.content!)).toBe(true);
    expect(choices[0]!.finish_reason).toBe('stop');
    expect(usage).toEqual({ prompt_tokens: server!.tokens.prompt, completion_tokens: server!.tokens.completion, total_tokens: server!.tokens.prompt + server!.tokens.completion });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['simulated-annotator']);
  });

  test('gets the same as a stream, with its usage at the end', async () => {
    const client = await start();
    let text = '';
    let tokens = 0;
    for await (const { choices, usage } of await client.chat.completions.create({ ...bodyOf(1), stream: true, stream_options: { include_usage: true } })) {
      text += choices[0]?.delta.content ?? '';
      tokens += usage?.completion_tokens ?? 0;
    }
    expect(isRight(1, text)).toBe(true);
    expect(tokens).toBe(Math.ceil(text.length / 4));
  });

  test('gets a word on what is wrong with a request that is none of the tasks’', async () => {
    const client = await start();
    await expect(client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] })).rejects.toMatchObject({ status: 400, message: expect.stringContaining('does not know this prompt') as string });
  });
});

describe('faults', () => {
  test('come as often as was set, each attempt anew, and the same in every run', () => {
    const faults = { ...noFaults, limited: 0.2, failed: 0.05, cut: 0.02, hanging: 0.01 };
    const drawn = Array.from({ length: 4000 }, (_, i) => faultOf(faults, `body ${i >> 1}`, i & 1));
    const share = (fault: string | null): number => drawn.filter((one) => one === fault).length / drawn.length;
    for (const [fault, wanted] of [['limited', 0.2], ['failed', 0.05], ['cut', 0.02], ['hanging', 0.01], [null, 0.72]] as const) expect(Math.abs(share(fault) - wanted)).toBeLessThan(0.015);
    expect(drawn.filter((one, i) => i & 1 && one !== drawn[i - 1]).length).toBeGreaterThan(500);
    expect(Array.from({ length: 4000 }, (_, i) => faultOf(faults, `body ${i >> 1}`, i & 1))).toEqual(drawn);
  });

  test('look as those of a service do, and what was answered whole is counted for each request', async () => {
    const client = await start({ faults: { limited: 0.2, retryAfter: 3, failed: 0.2, cut: 0.2, hanging: 0.1, seed: 4 } });
    const seen: Record<string, number> = {};
    await Promise.all(texts.map(async (_, i) => {
      const body = bodyOf(i);
      const outcome = await client.chat.completions
        .create(i % 2 === 0 ? body : { ...body, stream: true }, { timeout: 1500 })
        .then(async (reply) => {
          if ('choices' in reply) return isRight(i, reply.choices[0]!.message.content!) ? 'answered' : 'wrong';
          let text = '';
          for await (const { choices } of reply) text += choices[0]?.delta.content ?? '';
          return isRight(i, text) ? 'answered' : 'wrong';
        })
        .catch((error: { status?: number; headers?: Headers; name: string }) => {
          if (error.status === 429) expect(error.headers!.get('retry-after')).toBe('3');
          return error.status ? `status ${error.status}` : error instanceof OpenAI.APIConnectionTimeoutError ? 'hanging' : 'cut';
        });
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    }));
    const done = (what: string): number => server!.attempts.filter((one) => one === what).length;
    expect(seen).toEqual({ answered: done('answered'), 'status 429': done('limited'), 'status 500': done('failed'), cut: done('cut'), hanging: done('hanging') });
    expect(server!.answered.size).toBe(done('answered'));
    expect(server!.mostAnswered).toBe(1);
    await client.chat.completions.create(bodyOf(0)).catch(() => null);
    await client.chat.completions.create(bodyOf(0)).catch(() => null);
    await client.chat.completions.create(bodyOf(0)).catch(() => null);
    expect(server!.mostAnswered).toBeGreaterThan(1);
  });
});

describe('from the command line', () => {
  test('it serves labelled files, and says what is wrong with a call', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'simulated-llm-'));
    const file = path.join(folder, 'gold.conll');
    writeFileSync(file, 'Ada B-person\nsaw O\nRome O\n');
    const run = (...args: string[]): ReturnType<typeof spawn> => spawn(process.execPath, ['test/simulated-llm/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const served = run('--gold', file, '--recall', '1', '--precision', '1', '--overlap', '0', '--confusion', '0', '--borders', '0');
    const said = await new Promise<string>((resolve, reject) => {
      served.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      served.stderr!.once('data', (chunk: Buffer) => reject(new Error(chunk.toString())));
    });
    const url = /http:\S+/.exec(said)![0];
    const input = { texts: ['Ada saw Rome'], types: [{ name: 'person', definition: '' }], examples: [] };
    const reply = await new OpenAI({ baseURL: url, apiKey: 'none' }).chat.completions.create({ model: 'm', messages: task.messages(input) });
    expect(reply.choices[0]!.message.content).toBe('@@Ada## saw Rome');
    served.kill();

    const failed = run('--gold', file, '--recall', 'most');
    const complaint = await new Promise<string>((resolve) => failed.stderr!.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    expect(complaint).toBe('--recall most: expected a number.\n');
    rmSync(folder, { recursive: true });
  });
});
