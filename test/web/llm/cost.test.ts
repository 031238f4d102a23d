import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundOf, outgoing, usageCost, type Model } from '../../../proxy/chat/model.ts';
import { usualCeilings } from '../../../proxy/chat/ceilings.ts';
import { addDollars, dollarsAtMost, dollarsOf } from '../../../web/src/llm/cost.ts';
import type { ChatMessage, ModelTerms } from '../../../web/src/llm/task.ts';

const price = fc.oneof(fc.constantFrom(0, 0.1, 0.15, 0.6, 3), fc.double({ min: 0, max: 100, noNaN: true }));
const terms = fc.record<ModelTerms>({ inputDollarsPerMillion: price, outputDollarsPerMillion: price, context: fc.integer({ min: 10, max: 200_000 }), maxOutput: fc.integer({ min: 1, max: 5000 }) });
const modelOf = ({ inputDollarsPerMillion: input, outputDollarsPerMillion: output, context, maxOutput }: ModelTerms) => ({ id: 'm', input, output, context, maxOutput }) as unknown as Model;
const units = (dollars: number): number => Math.round(dollars * 1e9);

it('a reply costs to the billionth what the proxy books for it', () => {
  fc.assert(
    fc.property(terms, fc.nat(100_000), fc.nat(5000), (given, prompt, completion) => {
      expect(units(dollarsOf({ prompt, completion }, given))).toBe(usageCost({ prompt_tokens: prompt, completion_tokens: completion }, modelOf(given))!.money);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

it('a request costs at most what the proxy reserves for it', () => {
  const message = fc.record<ChatMessage>({ role: fc.constantFrom('system', 'user', 'assistant'), content: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(terms, fc.array(message, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4096 }), fc.boolean(), (given, messages, maxTokens, json) => {
      const body = outgoing({ model: 'm', messages, max_tokens: maxTokens, ...(json ? { response_format: { type: 'json_object' } } : {}) }, modelOf(given), usualCeilings);
      expect(units(dollarsAtMost({ task: 't.v1', model: 'm', messages, sampling: { maxTokens, json }, draw: 0 }, given))).toBe(boundOf(body, modelOf(given)).money);
    }),
    { seed: 2, numRuns: 1000 },
  );
});

it('a sum of many amounts is exact', () => {
  let sum = 0;
  for (let i = 0; i < 100_000; i++) sum = addDollars(sum, 0.000_000_1);
  expect(sum).toBe(0.01);
});
