import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestKey } from '../../../web/src/llm/key.ts';
import type { ChatMessage, LlmRequest } from '../../../web/src/llm/task.ts';

const request: LlmRequest = { task: 'annotate.v1', model: 'small', messages: [{ role: 'user', content: 'Héllo' }], sampling: { maxTokens: 5 }, draw: 0 };

it('a key is what it always was: people have paid for what lies under it', async () => {
  expect(await requestKey(request, 'proxy')).toBe('0f05f71a6e386a382fdbea7b1e312a7ef824863b00890278d9b5c3d3397f90e5');
  expect(await requestKey({ ...request, sampling: { maxTokens: 5, temperature: 0, topP: 0.5, stop: ['\n'], json: true }, draw: 2 }, 'local')).toBe('0bda1aa53d9c0560fae2c8631e5df20249f10f432eefb8d6a7fe3dc97de58f81');
});

it('what a simulated source says lies under another key', async () => {
  expect(await requestKey(request, 'simulated')).not.toBe(await requestKey(request, 'proxy'));
});

it('two requests have the same key if and only if they ask the same', async () => {
  const content = fc.constantFrom('', 'a', 'b', 'ab', '"', '","', '\ud800');
  const message = fc.record<ChatMessage>({ role: fc.constantFrom('user', 'assistant'), content });
  const sampling = fc.record({ maxTokens: fc.constantFrom(1, 11), temperature: fc.constantFrom(0, 1), topP: fc.constantFrom(0, 1), stop: fc.constantFrom([], ['1'], ['1', '1']), json: fc.boolean() }, { requiredKeys: ['maxTokens'] });
  const asked = fc.record<LlmRequest>({ task: content, model: content, messages: fc.array(message, { maxLength: 3 }), sampling, draw: fc.constantFrom(0, 1, 11) });
  const canonical = ({ sampling: { json = false, ...others }, ...rest }: LlmRequest): string => JSON.stringify([rest.task, rest.model, rest.messages, Object.entries({ ...others, json }).sort(), rest.draw]);
  await fc.assert(
    fc.asyncProperty(asked, asked, async (a, b) => {
      expect((await requestKey(a, 'proxy')) === (await requestKey(b, 'proxy'))).toBe(canonical(a) === canonical(b));
      expect(await requestKey(structuredClone(a), 'proxy')).toBe(await requestKey(a, 'proxy'));
    }),
    { seed: 6, numRuns: 300 },
  );
});
