import { addDollars } from '../cost.ts';
import type { AnswerEvent, RunEvent } from '../events.ts';
import type { LlmReply } from '../task.ts';
import type { Rejection, TypedRange } from './annotation.ts';
import type { Verdict } from './found-spans.ts';
import type { WayName } from './ways.ts';

/** What requests took. Each reply counts once, whether it was asked for now or is there from before: so a way costs what it costs alone. */
export interface Taken {
  requests: number;
  /** Null where the service tells none. */
  tokens: LlmReply['usage'];
  /** Null where there is no price. */
  dollars: number | null;
  /** Dollars of these that were paid in this run, and what calls that broke off in it can have cost besides. */
  paid: number;
  atMost: number;
  /** From each request to its reply, added up. */
  milliseconds: number;
}

/** What a way of asking took, and what came of it. */
export interface WayMeasure extends Taken {
  way: WayName;
  /** Spans of each text, those left out that the second question denies. */
  found: TypedRange[][];
  /** Answers to the first question, and those that say nothing, by reason. */
  answers: number;
  reasons: Record<string, number>;
  /** Requests that were given up, by kind; of their texts nothing is known. */
  failures: Record<string, number>;
  /** Pieces marked, and those that are no spans, by reason. */
  marked: number;
  rejected: Partial<Record<Rejection, number>>;
  /** Null where no second question was asked. */
  verdicts: Record<Verdict, number> | null;
}

export const nothingTaken: Taken = { requests: 0, tokens: { prompt: 0, completion: 0 }, dollars: 0, paid: 0, atMost: 0, milliseconds: 0 };

/** What was taken after another event. */
export function withEvent(taken: Taken, event: RunEvent<unknown, unknown>): Taken {
  if (event.type === 'miss') return { ...taken, atMost: addDollars(taken.atMost, event.failure.mayCost ? (event.dollarsAtMost ?? 0) : 0) };
  return event.type === 'answer' && event.from !== 'twin' ? withReply(taken, event) : taken;
}

function withReply({ requests, tokens, dollars, paid, atMost, milliseconds }: Taken, { reply, from }: Pick<AnswerEvent<unknown, unknown>, 'reply' | 'from'>): Taken {
  const { usage } = reply;
  return {
    requests: requests + 1,
    tokens: tokens && usage && { prompt: tokens.prompt + usage.prompt, completion: tokens.completion + usage.completion },
    dollars: dollars === null || reply.dollars === null ? null : addDollars(dollars, reply.dollars),
    paid: addDollars(paid, from === 'service' ? (reply.dollars ?? 0) : 0),
    atMost,
    milliseconds: milliseconds + reply.milliseconds,
  };
}

/** The way that costs least, by dollars, or by tokens where nothing is paid; null where that can't be told, or several cost as little. */
export function cheapest(measures: readonly Pick<WayMeasure, 'way' | 'dollars' | 'tokens'>[]): { way: WayName; by: 'dollars' | 'tokens' } | null {
  const by = measures.every(({ dollars }) => dollars !== null) && measures.some(({ dollars }) => dollars! > 0) ? 'dollars' : 'tokens';
  const costs = measures.map(({ way, dollars, tokens }) => ({ way, cost: by === 'dollars' ? dollars : tokens && tokens.prompt + tokens.completion }));
  if (costs.some(({ cost }) => cost === null)) return null;
  const [first, second] = costs.toSorted((a, b) => a.cost! - b.cost!);
  return first && second && first.cost! < second.cost! ? { way: first.way, by } : null;
}
