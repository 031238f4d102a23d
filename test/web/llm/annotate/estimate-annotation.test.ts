import { describe, expect, it } from 'vitest';
import type { Annotation, ReplyFault } from '../../../../web/src/llm/annotate/annotation.ts';
import { askAgain } from '../../../../web/src/llm/annotate/ask-again.ts';
import { estimateAnnotation } from '../../../../web/src/llm/annotate/estimate-annotation.ts';
import { FoundSpans } from '../../../../web/src/llm/annotate/found-spans.ts';
import { annotateInputs, type PlacedInput } from '../../../../web/src/llm/annotate/inputs.ts';
import { annotateTask } from '../../../../web/src/llm/annotate/task.ts';
import { defaultVerification } from '../../../../web/src/llm/annotate/verify.ts';
import { runTask } from '../../../../web/src/llm/run.ts';
import { sampleInputs } from '../../../../web/src/llm/sample.ts';
import type { LlmReply, LlmRequest } from '../../../../web/src/llm/task.ts';
import { Memory, Played } from '../fixtures.ts';

const types = [{ name: 'person', definition: 'A human being.' }];
/** One to four names in a text. */
const texts = Array.from({ length: 120 }, (_, i) => `Text ${i}: ${Array.from({ length: 1 + ((i * 7) % 4) }, (_, k) => `Mara${k}`).join(' met ')} here.`);
const inputs = (): Iterable<PlacedInput> => annotateInputs(texts, { types, typesTogether: false, textsTogether: 1 }, () => []);

/** Marks each name; says yes to each. Three characters to a token. */
function answer({ messages, task, model }: LlmRequest): LlmReply {
  const text = task === 'verify.v1' ? 'Yes.' : messages.at(-1)!.content.replaceAll(/Mara\d/g, '@@$&##');
  const usage = { prompt: Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / 3), completion: Math.ceil(text.length / 3) };
  return { text, finish: 'stop', usage, dollars: (usage.prompt * 3 + usage.completion * 7) / 1e6, model, milliseconds: 50 };
}

const task = annotateTask();
const second = { types, verification: defaultVerification };

/** Asks both questions, the first about some inputs, and gives what was paid for each. */
async function ask(asked: Iterable<PlacedInput>, replies: Memory): Promise<{ first: number; again: number; questions: number }> {
  const options = { model: 'small', source: new Played(answer), replies, atOnce: 4 };
  const paid = { first: 0, again: 0, questions: 0 };
  const found = new FoundSpans();
  for await (const event of runTask<PlacedInput, Annotation[], ReplyFault>({ ...options, task, inputs: asked })) {
    if (event.type !== 'answer' || !event.parsed.ok) continue;
    if (event.from === 'service') paid.first += event.reply.dollars!;
    event.parsed.value.forEach((one, at) => found.add(event.input.places[at]!, one));
  }
  for await (const event of askAgain(found, { ...second, textAt: (place) => texts[place]! }, options)) {
    if (event.type !== 'answer' || event.from !== 'service') continue;
    paid.again += event.reply.dollars!;
    paid.questions++;
  }
  return paid;
}

const estimated = (replies: Memory, verify = true) => estimateAnnotation({ task, inputs, second: verify ? second : null }, { model: 'small', source: new Played(answer), replies, atOnce: 4 });

describe('the estimate of an annotation with a second question', () => {
  it('leaves the second question open while nothing tells how many spans there will be', async () => {
    const { first, again, whole } = await estimated(new Memory());
    expect([first.requests, again]).toEqual([120, null]);
    expect(whole).toEqual(first);
  });

  it('leaves it open while the answers that are known mark nothing', async () => {
    const replies = new Memory();
    const silent = new Played((request) => ({ ...answer(request), text: request.messages.at(-1)!.content }));
    const { sample } = await sampleInputs(inputs(), 3, 1);
    for await (const event of runTask({ task, inputs: sample, model: 'small', source: silent, replies, atOnce: 4 })) void event;
    expect((await estimated(replies)).again).toBeNull();
  });

  it('is within 20 % of what both questions cost, after a preview of ten answers', async () => {
    const replies = new Memory();
    const { sample } = await sampleInputs(inputs(), 10, 1);
    for await (const event of runTask({ task, inputs: sample, model: 'small', source: new Played(answer), replies, atOnce: 4 })) void event;
    const { first, again, whole } = await estimated(replies);
    const paid = await ask(inputs(), replies);
    expect(first.requests).toBe(110);
    expect(Math.abs(again!.requests / paid.questions - 1)).toBeLessThan(0.2);
    expect(Math.abs(first.dollars! / paid.first - 1)).toBeLessThan(0.1);
    expect(Math.abs(again!.dollars! / paid.again - 1)).toBeLessThan(0.2);
    expect(whole.dollars).toBeCloseTo(first.dollars! + again!.dollars!, 12);
    expect(whole.dollarsAtMost).toBeGreaterThan(whole.dollars!);
  });

  it('counts no question that has its answer, but those of texts that are still to be asked about', async () => {
    const replies = new Memory();
    const all = [...inputs()];
    const half = await ask(all.slice(0, 60), replies);
    const { again } = await estimated(replies);
    const rest = await ask(all, replies);
    expect(half.questions).toBeGreaterThan(100);
    expect(Math.abs(again!.requests / rest.questions - 1)).toBeLessThan(0.2);

    const done = await estimated(replies);
    expect([done.first.requests, done.again!.requests, done.whole.dollars, done.whole.milliseconds]).toEqual([0, 0, 0, 0]);
  });

  it('is that of the first question alone where there is no second', async () => {
    const replies = new Memory();
    await ask([...inputs()].slice(0, 20), replies);
    const { first, again, whole } = await estimated(replies, false);
    expect(again).toBeNull();
    expect(whole).toEqual(first);
  });
});
