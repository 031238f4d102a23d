import type { EndEvent, RunEvent } from '../events.ts';
import { runTask } from '../run.ts';
import { askAgain, type AskOptions } from './ask-again.ts';
import { FoundSpans } from './found-spans.ts';
import { firstQuestion, type Trial } from './trial.ts';
import { nothingTaken, withEvent, type WayMeasure } from './way-measure.ts';
import { ways, type WayName } from './ways.ts';

/** How far a comparison is. */
export interface WayProgress {
  way: WayName;
  /** The second question is being asked. */
  again: boolean;
  /** Requests of this question that are at their end, and all of them. */
  done: number;
  total: number;
  /** Dollars paid in this run, for all ways. */
  paid: number;
}

/** The ways that were tried to their end, and how it ended. */
export interface ComparedWays {
  measures: WayMeasure[];
  end: EndEvent;
}

/**
 * Tries ways of asking on labelled texts, one after the other. Replies are kept as in any job: what has been asked, by another way or before, is not paid
 * again, and a comparison that was broken off goes on when it is made again. A way is measured when all of it has been asked. @throws as `runTask`
 */
export async function compareWays(names: readonly WayName[], trial: Trial, options: AskOptions, onProgress: (progress: WayProgress) => void): Promise<ComparedWays> {
  const measures: WayMeasure[] = [];
  let paid = 0;
  let end: EndEvent = { type: 'end', reason: 'finished', failure: null };
  for (const name of names) {
    const measured = await measureWay(name, trial, options, (progress) => onProgress({ ...progress, paid: paid + progress.paid }));
    paid += measured.measure.paid;
    end = measured.end;
    if (end.reason !== 'finished') break;
    measures.push(measured.measure);
  }
  return { measures, end };
}

async function measureWay(way: WayName, trial: Trial, options: AskOptions, onProgress: (progress: WayProgress) => void): Promise<{ measure: WayMeasure; end: EndEvent }> {
  const found = new FoundSpans();
  const first = { answers: 0, reasons: {} as Record<string, number>, failures: {} as Record<string, number> };
  let taken = nothingTaken;
  const follow = async <Input, Value>(again: boolean, total: number, events: AsyncIterable<RunEvent<Input, Value>>, take: (event: RunEvent<Input, Value>) => void): Promise<EndEvent> => {
    let done = 0;
    let end: EndEvent | null = null;
    for await (const event of events) {
      taken = withEvent(taken, event);
      take(event);
      if (event.type === 'answer' || event.type === 'failure') done += 1;
      if (event.type === 'failure') count(first.failures, event.failure.kind);
      if (event.type === 'end') end = event;
      onProgress({ way, again, done, total, paid: taken.paid });
    }
    return end!;
  };

  const { task, inputs } = firstQuestion(way, trial);
  let end = await follow(false, inputs.length, runTask({ ...options, task, inputs }), (event) => {
    if (event.type !== 'answer') return;
    first.answers += 1;
    if (event.parsed.ok) for (const [i, annotation] of event.parsed.value.entries()) found.add(event.input.places[i]!, annotation);
    else count(first.reasons, event.parsed.reason);
  });
  const rejected = Object.fromEntries(found.rejected);
  const marked = found.count + Object.values(rejected).reduce((sum, pieces) => sum + pieces, 0);
  const asksAgain = ways[way].verify;
  if (asksAgain && end.reason === 'finished') {
    const textAt = (place: number): string => trial.asked[place]!.text;
    end = await follow(true, found.count, askAgain(found, { types: trial.types, textAt, verification: trial.verification }, options), () => undefined);
  }
  const spans = trial.asked.map((_, place) => (found.spans.get(place) ?? []).map(({ start, end: last, type }) => ({ start, end: last, type })));
  return { measure: { way, ...taken, found: spans, ...first, marked, rejected, verdicts: asksAgain ? found.verdicts : null }, end };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
