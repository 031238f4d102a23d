import { describe, expect, it } from 'vitest';
import { estimate, type EstimateOptions } from '../../../web/src/llm/estimate.ts';
import { sampleInputs } from '../../../web/src/llm/sample.ts';
import type { LlmRequest } from '../../../web/src/llm/task.ts';
import { eventsOf, Memory, Played, replyTo, shout, terms, words } from './fixtures.ts';

type Options = Partial<EstimateOptions<string, string, 'quiet'>>;
const long: typeof shout = { ...shout, sampling: () => ({ maxTokens: 300 }) };
const estimated = (options: Options = {}) => estimate({ task: long, inputs: words(20), model: 'small', source: new Played(), replies: new Memory(), atOnce: 5, ...options });

/** A model with three characters to a token of a prompt, two to one of a reply, and 20 tokens of its own around each prompt. */
const tokens = (request: LlmRequest) => {
  const prompt = 20 + Math.ceil(request.messages[0]!.content.length / 3);
  const { text } = replyTo(request);
  const completion = Math.ceil(text.length / 2);
  return { ...replyTo(request), usage: { prompt, completion }, dollars: (prompt * 3 + completion * 7) / 1e6, milliseconds: 80 };
};
/** Words of 5 to 200 characters. */
const varied = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index} ${'word '.repeat(1 + ((index * 7) % 40))}`);

describe('an estimate', () => {
  it('before anything is known goes by four bytes a token, and says that it is a guess', async () => {
    const guess = await estimated();
    expect(guess).toMatchObject({ inputs: 20, requests: 20, learnedFrom: 0, milliseconds: null });
    // "Shout: word 12" and the frame of a message.
    expect(guess.tokens.prompt).toBe(Math.round(words(20).reduce((sum, word) => sum + (`Shout: ${word}`.length + 16) / 4, 0)));
    expect(guess.dollars! * 1e6).toBeCloseTo(guess.tokens.prompt * terms.inputDollarsPerMillion + guess.tokens.completion * terms.outputDollarsPerMillion, -2);
    expect(guess.dollarsAtMost).toBeGreaterThan(guess.dollars!);
  });

  it('is within 10 % of the spend after a preview of three', async () => {
    const [replies, source] = [new Memory(), new Played(tokens)];
    const inputs = varied(1000);
    const { sample: preview } = await sampleInputs(inputs, 3, 1);
    await eventsOf({ task: long, replies, source, inputs: preview });
    const before = await estimated({ replies, inputs, source });
    expect([before.learnedFrom, before.requests]).toEqual([3, 997]);
    let spend = 0;
    for (const event of await eventsOf({ task: long, replies, source, inputs, atOnce: 5 })) if (event.type === 'answer' && event.from === 'service') spend += event.reply.dollars!;
    expect(Math.abs(before.dollars! / spend - 1)).toBeLessThan(0.1);
    expect(before.milliseconds).toBeCloseTo((997 * 80) / 5, 0);
    expect(before.dollarsAtMost).toBeGreaterThan(spend);
  });

  it('learns from replies to other inputs of the task where there are none to its own', async () => {
    const [replies, source] = [new Memory(), new Played(tokens)];
    await eventsOf({ task: long, replies, source, inputs: varied(30) });
    const inputs = varied(300).map((word) => `other ${word}`);
    const before = await estimated({ replies, inputs, source });
    const spend = (await eventsOf({ task: long, replies, source, inputs })).reduce((sum, event) => sum + (event.type === 'answer' ? event.reply.dollars! : 0), 0);
    expect(before.learnedFrom).toBe(30);
    expect(Math.abs(before.dollars! / spend - 1)).toBeLessThan(0.1);
  });

  it('counts nothing that has its reply, and what is asked twice once', async () => {
    const replies = new Memory();
    await eventsOf({ task: long, replies, inputs: words(8) });
    expect(await estimated({ replies, inputs: [...words(20), ...words(20)] })).toMatchObject({ inputs: 40, requests: 12 });
  });

  it('of a sample is about that of all', async () => {
    const inputs = varied(5000);
    const [all, some] = [await estimated({ inputs, most: 5000 }), await estimated({ inputs, most: 300 })];
    expect(some.inputs).toBe(5000);
    expect(some.requests).toBe(5000);
    expect(Math.abs(some.dollars! / all.dollars! - 1)).toBeLessThan(0.1);
  });

  it('has no price where the source has none', async () => {
    const { complete } = new Played();
    expect(await estimated({ source: { kind: 'local', name: 'Ollama', complete } })).toMatchObject({ dollars: null, dollarsAtMost: null });
  });
});

describe('a sample of inputs', () => {
  it('is part of any larger one of the same seed, in the order of the inputs', async () => {
    const inputs = words(3000);
    const drawn = await Promise.all([3, 50, 500].map(async (most) => (await sampleInputs(inputs, most, 7)).sample));
    expect(drawn.map(({ length }) => length)).toEqual([3, 50, 500]);
    for (const [smaller, larger] of [[drawn[0]!, drawn[1]!], [drawn[1]!, drawn[2]!], [drawn[2]!, inputs]] as const) expect(smaller).toEqual(larger.filter((word) => smaller.includes(word)));
    expect((await sampleInputs(inputs, 50, 8)).sample).not.toEqual(drawn[1]);
  });

  it('is all of few', async () => {
    expect(await sampleInputs(words(3), 10, 1)).toEqual({ sample: words(3), total: 3 });
  });
});
