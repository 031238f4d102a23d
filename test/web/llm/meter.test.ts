import { describe, expect, it } from 'vitest';
import { Meter } from '../../../web/src/llm/meter.ts';
import { LlmFailure } from '../../../web/src/llm/task.ts';
import { answersOf, eventsOf, Memory, Played, replyTo, words, type ShoutEvent } from './fixtures.ts';

function metered(events: readonly ShoutEvent[], total: number | null = 20): Meter {
  const meter = new Meter(total, 0);
  for (const event of events) meter.add(event, 1000);
  return meter;
}

describe('a meter', () => {
  it('counts what was parsed, the reasons, the failures, tokens and dollars', async () => {
    const source = new Played((request, attempt) => {
      const word = request.messages[0]!.content;
      if (word.endsWith(' 1')) throw new LlmFailure('refused', 'No.');
      if (word.endsWith(' 2') && attempt === 1) throw new LlmFailure('cut', 'Broken.');
      return { ...replyTo(request), ...(word.endsWith(' 3') ? { text: 'hush' } : {}) };
    });
    const events = await eventsOf({ source });
    const { tally } = metered(events);
    const atMost = events.find((event) => event.type === 'miss' && event.failure.kind === 'cut') as { dollarsAtMost: number };
    expect(tally).toEqual({ answered: 19, asked: 19, parsed: 18, reasons: { quiet: 1 }, failures: { refused: 1 }, misses: { refused: 1, cut: 1 }, paid: 0.000_836, paidBefore: 0, atMost: atMost.dollarsAtMost, unpriced: 0, tokens: { prompt: 190, completion: 38 } });
  });

  it('counts each reply once, in the run that paid for it', async () => {
    const replies = new Memory();
    await eventsOf({ replies, inputs: words(5) });
    const { tally } = metered(await eventsOf({ replies, inputs: [...words(10), ...words(10)] }));
    expect(tally).toMatchObject({ answered: 20, asked: 5, paid: 0.000_22, paidBefore: 0.000_22 });
  });

  it('says of how many nobody knows the price', async () => {
    const source = new Played((request) => ({ ...replyTo(request), dollars: null, usage: null }));
    expect(metered(await eventsOf({ source })).tally).toMatchObject({ paid: 0, unpriced: 20, tokens: { prompt: 0, completion: 0 } });
  });

  it('tells the speed of late, and the time left at that speed', async () => {
    const answers = answersOf(await eventsOf({ inputs: words(1000) }));
    const meter = new Meter(1000, 0);
    // A hundred a second, then ten.
    answers.slice(0, 500).forEach((event, index) => meter.add(event, index * 10));
    expect(meter.perSecond(5000)).toBeCloseTo(100, 0);
    expect(meter.millisecondsLeft(5000)).toBeCloseTo(5000, -2);
    answers.slice(500, 900).forEach((event, index) => meter.add(event, 5000 + index * 100));
    expect(meter.perSecond(45_000)).toBeCloseTo(10, 0);
    expect(meter.millisecondsLeft(45_000)).toBeCloseTo(10_000, -3);
    answers.slice(900).forEach((event) => meter.add(event, 45_000));
    expect(meter.millisecondsLeft(45_000)).toBe(0);
  });

  it('tells no time while it knows none', () => {
    expect(new Meter(10, 0).millisecondsLeft(5000)).toBeNull();
    expect(new Meter(null, 0).millisecondsLeft(5000)).toBeNull();
  });
});
