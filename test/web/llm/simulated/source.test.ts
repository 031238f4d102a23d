import { describe, expect, test } from 'vitest';
import { defaultTemplates } from '../../../../web/src/llm/annotate/templates.ts';
import { annotateTask, usualAnnotation } from '../../../../web/src/llm/annotate/task.ts';
import { defaultVerification, verifyTask } from '../../../../web/src/llm/annotate/verify.ts';
import { requestOf } from '../../../../web/src/llm/request.ts';
import { goldOf } from '../../../../web/src/llm/simulated/gold.ts';
import { faultlessSimulation } from '../../../../web/src/llm/simulated/settings.ts';
import { simulatedSource } from '../../../../web/src/llm/simulated/source.ts';

const text = 'Ada saw Rome.';
const gold = goldOf([{ text, spans: [{ start: 0, end: 3, type: 'person', source: 'manual' }] }]);
const source = simulatedSource({ gold, settings: faultlessSimulation });
const never = new AbortController().signal;
const input = { texts: [text], types: [{ name: 'person', definition: '' }], examples: [] };
const request = requestOf(annotateTask(), input, 'any');

test('a reply has its usage by the rule of four characters, costs nothing, and says who gave it', async () => {
  const reply = await source.complete(request, never);
  const prompt = request.messages.map(({ content }) => content).join('').length;
  expect(reply).toMatchObject({ text: '@@Ada## saw Rome.', finish: 'stop', usage: { prompt: Math.ceil(prompt / 4), completion: 5 }, dollars: expect.closeTo(0) as number, model: 'any' });
  expect([source.kind, source.name]).toEqual(['simulated', 'Simulated']);
});

test('prices can be set', async () => {
  const terms = { inputDollarsPerMillion: 0, outputDollarsPerMillion: 2, context: 1000, maxOutput: 100 };
  expect((await simulatedSource({ gold, settings: faultlessSimulation, terms }).complete(request, never)).dollars).toBe(0.000_01);
});

test('a reply that is longer than the most tokens is cut', async () => {
  expect(await source.complete({ ...request, sampling: { maxTokens: 2 } }, never)).toMatchObject({ text: '@@Ada## ', finish: 'length', usage: { completion: 2 } });
});

describe('a prompt that it does not know', () => {
  const changed = (system: string): typeof request => ({ ...request, messages: [{ role: 'system', content: system }, ...request.messages.slice(1)] });

  test('is refused in words, so that nobody takes its silence for an answer', async () => {
    await expect(source.complete(changed('Find persons.'), never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('does not know this prompt: “Find persons.”') as string });
    await expect(source.complete(changed(`${request.messages[0]!.content} Please.`), never)).rejects.toMatchObject({ kind: 'refused' });
    await expect(source.complete({ ...request, messages: [] }, never)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('is known once it is given', async () => {
    const templates = { ...defaultTemplates, oneType: { version: 1, system: 'Find {type} ({definition}). {form}', user: '<<{text}>>' } };
    const edited = requestOf(annotateTask({ ...usualAnnotation, templates }), input, 'any');
    await expect(source.complete(edited, never)).rejects.toMatchObject({ kind: 'refused' });
    const informed = simulatedSource({ gold, settings: faultlessSimulation, prompts: { annotate: templates, verify: defaultVerification } });
    expect((await informed.complete(edited, never)).text).toBe('@@Ada## saw Rome.');
  });
});

test('a text without gold labels is refused, also in the second question', async () => {
  const other = { ...input, texts: ['Bob saw Rome.'] };
  await expect(source.complete(requestOf(annotateTask(), other, 'any'), never)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('no labels for the text “Bob saw Rome.”') as string });
  const question = { text: 'Bob', span: { start: 0, end: 3 }, type: input.types[0]! };
  await expect(source.complete(requestOf(verifyTask(), question, 'any'), never)).rejects.toMatchObject({ kind: 'refused' });
});

test('a delay can be set, and broken off', async () => {
  const slow = simulatedSource({ gold, settings: faultlessSimulation, delay: 30 });
  expect((await slow.complete(request, never)).milliseconds).toBeGreaterThanOrEqual(29);
  const control = new AbortController();
  const asked = simulatedSource({ gold, delay: 60_000 }).complete(request, control.signal);
  control.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await expect(slow.complete(request, control.signal)).rejects.toThrow('enough');
});
