import { dollarsOf } from '../cost.ts';
import type { LlmReply, LlmSource, ModelTerms } from '../task.ts';
import { SimulatedAnnotator } from './annotator.ts';
import { simulatedAnswer, usualPrompts, type KnownPrompts } from './answer.ts';
import type { Gold } from './gold.ts';
import { usualSimulation, type SimulatedSettings } from './settings.ts';

/** Characters that count as one token, in prompts and replies. */
const CHARACTERS_A_TOKEN = 4;

const free: ModelTerms = { inputDollarsPerMillion: 0, outputDollarsPerMillion: 0, context: 128_000, maxOutput: 16_000 };

/** What a simulated source is made of. */
export interface SimulatedOptions {
  gold: Gold;
  settings?: SimulatedSettings;
  prompts?: KnownPrompts;
  /** Milliseconds until a reply comes. */
  delay?: number;
  /** Prices, to be shown as if it cost something; it is free where absent. */
  terms?: ModelTerms;
}

/** Tokens of a text by the rule of the simulation: a quarter of its characters, rounded up. */
export function simulatedTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_TOKEN);
}

/**
 * Answers the annotation tasks in place of a model, from gold labels and with settable errors, in the tab and without any cost.
 * The same request has the same reply in every session.
 * @throws RangeError where the settings contradict each other
 */
export function simulatedSource({ gold, settings = usualSimulation, prompts = usualPrompts, delay = 0, terms = free }: SimulatedOptions): LlmSource {
  const annotator = new SimulatedAnnotator(gold, settings);
  return {
    kind: 'simulated',
    name: 'Simulated',
    terms: () => terms,
    async complete({ messages, sampling, draw, model }, signal): Promise<LlmReply> {
      const began = performance.now();
      await waited(delay, signal);
      const whole = simulatedAnswer(annotator, messages, prompts, draw);
      const text = whole.slice(0, sampling.maxTokens * CHARACTERS_A_TOKEN);
      const usage = { prompt: simulatedTokens(messages.map(({ content }) => content).join('')), completion: simulatedTokens(text) };
      return { text, finish: text.length < whole.length ? 'length' : 'stop', usage, dollars: dollarsOf(usage, terms), model, milliseconds: Math.round(performance.now() - began) };
    },
  };
}

/** @throws what `signal` was aborted with */
async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (milliseconds === 0) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
