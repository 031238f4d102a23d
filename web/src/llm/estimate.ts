import { dollarsAtMost, dollarsOf } from './cost.ts';
import { requestKey } from './key.ts';
import type { StoredReply } from './replies.ts';
import { requestOf } from './request.ts';
import type { RunOptions } from './run.ts';
import { sampleInputs } from './sample.ts';
import type { ChatMessage } from './task.ts';

/** What a job will take, as far as can be told before it. */
export interface Estimate {
  /** All inputs. */
  inputs: number;
  /** Requests that have no reply yet: these cost something. Of jobs larger than the sample about so many. */
  requests: number;
  tokens: { prompt: number; completion: number };
  /** By the source's prices; null where it tells none. */
  dollars: number | null;
  /** Where every reply is as long as it may be. */
  dollarsAtMost: number | null;
  /** Null where nothing is known of how fast the model is. */
  milliseconds: number | null;
  /** How many replies the ratios were learned from: those of this job, else of this task, else of this model. 0: a guess. */
  learnedFrom: number;
}

export interface EstimateOptions<Input, Value, Reason extends string> extends Pick<RunOptions<Input, Value, Reason>, 'task' | 'inputs' | 'model' | 'source' | 'replies' | 'draw' | 'atOnce'> {
  /** Inputs that are looked at; all where there are no more. */
  most?: number;
  seed?: number;
}

/** What was learned from replies about tokens and time. */
interface Learned {
  promptTokensPerByte: number;
  /** Tokens of a reply for each character that was expected of it; where none was expected, tokens of a reply. */
  completionTokens: number;
  milliseconds: number | null;
}

/** Replies that are learned from. */
const lessons = 200;

/** Where nothing was learned: English has about four bytes a token in the vocabularies of present models. */
const guessed = 1 / 4;

/** Tokens of a message beside its text, about. */
const frame = 4;

/**
 * Estimates a job from its actual messages, or from a seeded sample of them. The ratio of tokens to bytes is learned from
 * replies in the store: a preview of three (`sampleInputs` with the same seed) makes it good.
 */
export async function estimate<Input, Value, Reason extends string>({ task, inputs, model, source, replies, draw, atOnce, most = 1000, seed = 1 }: EstimateOptions<Input, Value, Reason>): Promise<Estimate> {
  const { sample, total } = await sampleInputs(inputs, most, seed);
  const asked = new Map(
    await Promise.all(
      sample.map(async (input) => {
        const request = requestOf(task, input, model, draw?.(input));
        return [await requestKey(request, source.kind), { request, expected: task.answerCharacters?.(input) ?? null }] as const;
      }),
    ),
  );
  const stored = await replies.read([...asked.keys()]);
  const own = [...stored].map(([key, reply]) => ({ reply, expected: asked.get(key)!.expected }));
  const others = (await replies.sample(model, task.id, lessons)).map((reply) => ({ reply, expected: task.answerCharacters ? reply.reply.text.length : null }));
  const learnedFrom = (own.length > 0 ? own : others).filter(({ reply }) => reply.reply.usage !== null);
  const learned = learnedFrom.length > 0 ? learn(learnedFrom) : null;

  const terms = source.terms?.(model);
  const each = sample.length > 0 ? total / sample.length : 0;
  const sum: Estimate = { inputs: total, requests: 0, tokens: { prompt: 0, completion: 0 }, dollars: terms ? 0 : null, dollarsAtMost: terms ? 0 : null, milliseconds: null, learnedFrom: learnedFrom.length };
  for (const [key, { request, expected }] of asked) {
    if (stored.has(key)) continue;
    const prompt = sizeOf(request.messages) * (learned?.promptTokensPerByte ?? guessed);
    const completion = Math.min(request.sampling.maxTokens, learned ? (expected ?? 1) * learned.completionTokens : expected === null ? Infinity : expected * guessed);
    sum.requests += each;
    sum.tokens.prompt += each * prompt;
    sum.tokens.completion += each * completion;
    if (!terms) continue;
    sum.dollars! += each * dollarsOf({ prompt, completion }, terms);
    sum.dollarsAtMost! += each * dollarsAtMost(request, terms);
  }
  const speed = learned?.milliseconds ?? null;
  const requests = Math.round(sum.requests);
  return { ...sum, requests, tokens: { prompt: Math.round(sum.tokens.prompt), completion: Math.round(sum.tokens.completion) }, milliseconds: speed === null ? null : (speed * requests) / Math.min(atOnce, Math.max(1, requests)) };
}

/** Of two jobs, one after the other. */
export function addEstimates(a: Estimate, b: Estimate): Estimate {
  const sum = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : x + y);
  const time = ({ requests, milliseconds }: Estimate): number | null => (requests === 0 ? 0 : milliseconds);
  return {
    inputs: a.inputs + b.inputs,
    requests: a.requests + b.requests,
    tokens: { prompt: a.tokens.prompt + b.tokens.prompt, completion: a.tokens.completion + b.tokens.completion },
    dollars: sum(a.dollars, b.dollars),
    dollarsAtMost: sum(a.dollarsAtMost, b.dollarsAtMost),
    milliseconds: sum(time(a), time(b)),
    learnedFrom: a.learnedFrom + b.learnedFrom,
  };
}

/** Of a job so many times as large. */
export function scaleEstimate({ inputs, requests, tokens, dollars, dollarsAtMost, milliseconds, learnedFrom }: Estimate, times: number): Estimate {
  const of = (value: number | null): number | null => (value === null ? null : value * times);
  return {
    inputs: Math.round(inputs * times),
    requests: Math.round(requests * times),
    tokens: { prompt: Math.round(tokens.prompt * times), completion: Math.round(tokens.completion * times) },
    dollars: of(dollars),
    dollarsAtMost: of(dollarsAtMost),
    milliseconds: of(milliseconds),
    learnedFrom,
  };
}

function learn(lessons: readonly { reply: StoredReply; expected: number | null }[]): Learned {
  const sum = (value: (lesson: (typeof lessons)[number]) => number): number => lessons.reduce((total, lesson) => total + value(lesson), 0);
  return {
    promptTokensPerByte: sum(({ reply }) => reply.reply.usage!.prompt) / Math.max(1, sum(({ reply }) => sizeOf(reply.request.messages))),
    completionTokens: sum(({ reply }) => reply.reply.usage!.completion) / Math.max(1, sum(({ expected }) => expected ?? 1)),
    milliseconds: sum(({ reply }) => reply.reply.milliseconds) / lessons.length,
  };
}

/** Bytes of the texts, and what stands for the frame around each. */
function sizeOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length + frame / guessed, 0);
}
