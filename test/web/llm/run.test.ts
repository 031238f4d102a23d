import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LlmFailure } from '../../../web/src/llm/task.ts';
import { answersOf, eventsOf, Memory, never, Played, replyTo, run, shout, words, type ShoutEvent } from './fixtures.ts';

const endOf = (events: readonly ShoutEvent[]) => events.at(-1);
const failuresOf = (events: readonly ShoutEvent[]) => events.filter((event) => event.type === 'failure');
const fail = (kind: ConstructorParameters<typeof LlmFailure>[0], retryAfter?: number): never => {
  throw new LlmFailure(kind, `It is ${kind}.`, retryAfter);
};

describe('a job', () => {
  it('gives each input its answer, with what it says', async () => {
    const events = await eventsOf({ source: new Played((request) => ({ ...replyTo(request), ...(request.messages[0]!.content.endsWith(' 3') ? { text: 'hush' } : {}) })) });
    const answers = answersOf(events).toSorted((a, b) => a.index - b.index);
    expect(answers.map(({ index, input }) => [index, input])).toEqual(words(20).map((word, index) => [index, word]));
    expect(answers[2]!.parsed).toEqual({ ok: true, value: 'WORD 2' });
    expect(answers[3]!.parsed).toEqual({ ok: false, reason: 'quiet' });
    expect(endOf(events)).toEqual({ type: 'end', reason: 'finished', failure: null });
  });

  it('without inputs ends at once', async () => {
    expect(endOf(await eventsOf({ inputs: [] }))).toMatchObject({ reason: 'finished' });
  });

  it('keeps each reply with its request before its event comes', async () => {
    const replies = new Memory();
    for await (const event of run({ replies })) {
      if (event.type !== 'answer') continue;
      expect(replies.kept.get(event.key)).toMatchObject({ reply: event.reply, source: { kind: 'proxy', name: 'Played' }, request: { task: 'shout.v1', model: 'small', draw: 0 } });
    }
    expect(replies.kept.size).toBe(20);
  });

  it('asks nothing that is in the store, however often it is run, and parses it afresh', async () => {
    const [source, replies] = [new Played(), new Memory()];
    await eventsOf({ source, replies });
    const parse = () => ({ ok: true, value: 'otherwise' }) as const;
    const again = await eventsOf({ source, replies, task: { ...shout, parse } });
    expect(source.asked).toHaveLength(20);
    expect(answersOf(again).every(({ from, parsed }) => from === 'store' && parsed.ok && parsed.value === 'otherwise')).toBe(true);
  });

  it('asks again what is another draw, model, task or sampling', async () => {
    const [source, replies] = [new Played(), new Memory()];
    const ask = async (options: Parameters<typeof eventsOf>[0]) => eventsOf({ source, replies, inputs: words(1), ...options });
    await ask({});
    await ask({ draw: () => 1 });
    await ask({ model: 'other' });
    await ask({ task: { ...shout, id: 'shout.v2' } });
    await ask({ task: { ...shout, sampling: () => ({ maxTokens: 10, temperature: 0 }) } });
    expect(source.asked).toHaveLength(5);
    expect(replies.kept.size).toBe(5);
  });

  it('asks what several inputs have in common once, near each other or far apart', async () => {
    const source = new Played(async (request) => {
      await sleep(1);
      return replyTo(request);
    });
    const inputs = Array.from({ length: 400 }, (_, index) => `word ${index % 50}`);
    const answers = answersOf(await eventsOf({ source, inputs }));
    expect(source.asked).toHaveLength(50);
    expect(answers).toHaveLength(400);
    expect(answers.filter(({ from }) => from === 'service')).toHaveLength(50);
    expect(answers.filter(({ from }) => from === 'twin')).toHaveLength(350);
    expect(answers.every(({ input, parsed }) => parsed.ok && parsed.value === input.toUpperCase())).toBe(true);
  });

  it('gives up what several inputs have in common once', async () => {
    const source = new Played(() => fail('refused'));
    const failures = failuresOf(await eventsOf({ source, inputs: Array.from({ length: 100 }, () => 'same') }));
    expect(source.asked).toHaveLength(1);
    expect(failures.map(({ attempts }) => attempts).toSorted((a, b) => b - a)).toEqual([1, ...Array.from({ length: 99 }, () => 0)]);
  });

  it('pulls inputs as they are needed', async () => {
    let pulled = 0;
    const inputs = function* () {
      for (const word of words(100_000)) {
        pulled += 1;
        yield word;
      }
    };
    const seen: number[] = [];
    for await (const event of run({ inputs: inputs(), atOnce: 5 })) if (event.type === 'answer' && seen.push(pulled) === 500) break;
    expect(Math.max(...seen.map((count, index) => count - index))).toBeLessThan(64 + 20 + 256 + 20);
  });

  it('waits for a reader that is slow', async () => {
    const source = new Played();
    const events = run({ source, inputs: words(5000) });
    await events.next();
    await sleep(100);
    expect(source.asked.length).toBeLessThan(600);
    await events.return();
  });

  it('does not wait for inputs that come later', async () => {
    const inputs = async function* () {
      yield 'first';
      await sleep(200);
      yield 'second';
    };
    const began = performance.now();
    const times: number[] = [];
    for await (const event of run({ inputs: inputs() })) if (event.type === 'answer') times.push(performance.now() - began);
    expect(times[0]).toBeLessThan(150);
    expect(times[1]).toBeGreaterThan(150);
  });

  it('has no more requests under way than it may', async () => {
    const source = new Played(async (request) => {
      await sleep(2);
      return replyTo(request);
    });
    await eventsOf({ source, inputs: words(100), atOnce: 5 });
    expect(source.mostUnderWay).toBe(5);
  });
});

describe('a request without a reply', () => {
  it.each(['limited', 'failed', 'cut', 'late', 'lost'] as const)('that is %s is made again', async (kind) => {
    const source = new Played((request, attempt) => (attempt < 3 ? fail(kind) : replyTo(request)));
    const events = await eventsOf({ source });
    expect(answersOf(events)).toHaveLength(20);
    expect(source.asked).toHaveLength(60);
    const misses = events.filter((event) => event.type === 'miss');
    expect(misses).toHaveLength(40);
    const mayCost = kind === 'cut' || kind === 'late' || kind === 'lost';
    expect(misses.every(({ dollarsAtMost }) => (mayCost ? dollarsAtMost! > 0.0001 : dollarsAtMost === 0))).toBe(true);
  });

  it('is given up after its attempts, with the reason, and the job goes on; another run asks it again', async () => {
    const replies = new Memory();
    const source = new Played((request) => (request.messages[0]!.content.endsWith(' 7') ? fail('failed') : replyTo(request)));
    const events = await eventsOf({ source, replies, patience: { attempts: 4 } });
    expect(failuresOf(events)).toMatchObject([{ index: 7, input: 'word 7', attempts: 4, failure: { kind: 'failed', message: 'It is failed.' } }]);
    expect([answersOf(events).length, source.asked.length, endOf(events)]).toEqual([19, 23, { type: 'end', reason: 'finished', failure: null }]);
    const mended = new Played();
    expect(answersOf(await eventsOf({ source: mended, replies }))).toHaveLength(20);
    expect(mended.asked).toEqual(['Shout: word 7']);
  });

  it('that is refused is not made again', async () => {
    const source = new Played(() => fail('refused'));
    expect(failuresOf(await eventsOf({ source, inputs: words(3) })).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    expect(source.asked).toHaveLength(3);
  });

  it('may be turned away more often than it may fail', async () => {
    const source = new Played((request, attempt) => (attempt < 12 ? fail('limited') : replyTo(request)));
    expect(answersOf(await eventsOf({ source, inputs: words(2), patience: { attempts: 2, turnedAway: 12 } }))).toHaveLength(2);
    expect(failuresOf(await eventsOf({ source: new Played(() => fail('limited')), inputs: words(1), patience: { turnedAway: 7 } }))).toMatchObject([{ attempts: 7 }]);
  });

  it('waits as long as the service wants', async () => {
    const source = new Played((request, attempt) => (attempt === 1 ? fail('limited', 150) : replyTo(request)));
    const began = performance.now();
    await eventsOf({ source, inputs: words(1) });
    expect(performance.now() - began).toBeGreaterThan(145);
  });

  it('is broken off after its time, which ends it at the source too', async () => {
    let ended = 0;
    const source = new Played(async (request, attempt, signal) => (attempt === 1 ? never(signal).finally(() => (ended += 1)) : replyTo(request)));
    const events = await eventsOf({ source, inputs: words(2), patience: { reply: 30 } });
    expect(answersOf(events)).toHaveLength(2);
    expect(ended).toBe(2);
    expect(events.find((event) => event.type === 'miss')).toMatchObject({ failure: { kind: 'late' } });
  });
});

describe('a job stops by itself', () => {
  it.each(['spent', 'unauthorised'] as const)('where it is %s, with the message, and what is under way is kept', async (kind) => {
    const replies = new Memory();
    const source = new Played(async (request) => {
      if (request.messages[0]!.content.endsWith(' 9')) return fail(kind);
      await sleep(20);
      return replyTo(request);
    });
    const events = await eventsOf({ source, replies, inputs: words(1000), atOnce: 4 });
    expect(endOf(events)).toMatchObject({ type: 'end', reason: 'stopped', failure: { kind, message: `It is ${kind}.` } });
    expect(failuresOf(events)).toEqual([]);
    expect(source.asked.length).toBeLessThan(30);
    expect(replies.kept.size).toBe(source.asked.length - 1);
    expect(answersOf(events)).toHaveLength(replies.kept.size);
  });

  it('where one request after the other is given up and nothing is answered', async () => {
    const source = new Played(() => fail('failed'));
    const events = await eventsOf({ source, inputs: words(1000), atOnce: 4, patience: { attempts: 2, givenUp: 5 } });
    expect(endOf(events)).toMatchObject({ reason: 'stopped', failure: { kind: 'failed' } });
    expect(source.asked.length).toBeLessThan(40);
  });

  it('where nobody answers from the beginning, and gives nothing up', async () => {
    const source = new Played(() => fail('lost'));
    const events = await eventsOf({ source, inputs: words(1000), atOnce: 4, patience: { attempts: 2 } });
    expect(endOf(events)).toMatchObject({ reason: 'stopped', failure: { kind: 'lost' } });
    expect(failuresOf(events)).toEqual([]);
    expect(source.asked.length).toBeLessThan(20);
  });

  it('not where the connection is lost for a while', async () => {
    let lost = 0;
    const source = new Played((request) => {
      const away = source.asked.length > 50 && source.asked.length <= 150;
      if (!away) return replyTo(request);
      lost += 1;
      return fail('lost');
    });
    const events = await eventsOf({ source, inputs: words(100), atOnce: 4, patience: { attempts: 2, turnedAway: 60 } });
    expect([answersOf(events).length, endOf(events)?.type === 'end' && lost]).toEqual([100, 100]);
  });

  it('not where every second request is refused', async () => {
    const source = new Played((request) => (Number(request.messages[0]!.content.at(-1)) % 2 ? fail('refused') : replyTo(request)));
    const events = await eventsOf({ source, inputs: words(200), atOnce: 1, patience: { givenUp: 3 } });
    expect([answersOf(events).length, failuresOf(events).length, endOf(events)]).toEqual([100, 100, { type: 'end', reason: 'finished', failure: null }]);
  });
});

describe('whoever runs a job', () => {
  const slow = () =>
    new Played(async (request, _attempt, signal) => {
      await sleep(20, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
      return replyTo(request);
    });

  it('pauses it: what is under way is waited for and kept, and nothing else is asked', async () => {
    const [pause, source, replies] = [new AbortController(), slow(), new Memory()];
    const events: ShoutEvent[] = [];
    for await (const event of run({ source, replies, inputs: words(500), pause: pause.signal })) {
      events.push(event);
      if (answersOf(events).length === 10) pause.abort();
    }
    expect(endOf(events)).toEqual({ type: 'end', reason: 'paused', failure: null });
    expect(events.some((event) => event.type === 'miss')).toBe(false);
    expect(source.asked.length).toBeLessThan(60);
    expect(answersOf(events)).toHaveLength(source.asked.length);
    const rest = slow();
    expect(answersOf(await eventsOf({ source: rest, replies, inputs: words(500) }))).toHaveLength(500);
    expect(source.asked.length + rest.asked.length).toBe(500);
  });

  it('pauses it while requests wait for another attempt', async () => {
    const pause = new AbortController();
    const events = eventsOf({ source: new Played(() => fail('limited', 60_000)), inputs: words(3), pause: pause.signal });
    await sleep(30);
    pause.abort();
    expect(endOf(await events)).toMatchObject({ reason: 'paused' });
  });

  it('cancels it: what is under way is broken off, and is told as what it may have cost', async () => {
    const [cancel, source] = [new AbortController(), new Played((_request, _attempt, signal) => never(signal))];
    const events = eventsOf({ source, inputs: words(500), atOnce: 6, cancel: cancel.signal });
    await expect.poll(() => source.underWay).toBe(6);
    cancel.abort();
    const ended = await events;
    expect(endOf(ended)).toEqual({ type: 'end', reason: 'cancelled', failure: null });
    expect(ended.filter((event) => event.type === 'miss').map(({ failure, dollarsAtMost }) => [failure.kind, dollarsAtMost! > 0])).toEqual(Array.from({ length: 6 }, () => ['cut', true]));
    expect(source.underWay).toBe(0);
  });

  it('may have cancelled it before it began', async () => {
    const source = new Played();
    expect(endOf(await eventsOf({ source, cancel: AbortSignal.abort() }))).toMatchObject({ reason: 'cancelled' });
    expect(source.asked).toEqual([]);
  });

  it('leaves it, and nothing goes on', async () => {
    const source = slow();
    for await (const event of run({ source, inputs: words(500) })) if (event.type === 'answer') break;
    const asked = source.asked.length;
    expect(source.underWay).toBe(0);
    await sleep(50);
    expect(source.asked).toHaveLength(asked);
  });
});

describe('what goes wrong beside the service', () => {
  it('is thrown where a reply cannot be kept, and nothing more is paid', async () => {
    const source = new Played();
    const replies = new Memory();
    replies.write = () => Promise.reject(new Error('The disk is full.'));
    await expect(eventsOf({ source, replies, inputs: words(1000), atOnce: 4 })).rejects.toThrow('The disk is full.');
    expect(source.asked.length).toBeLessThanOrEqual(4);
  });

  it('is thrown where the task makes no messages of an input, or cannot read a reply', async () => {
    const late = (word: string): never => {
      const end = performance.now() + 40;
      while (performance.now() < end);
      throw new RangeError(`No messages for ${word}.`);
    };
    await expect(eventsOf({ task: { ...shout, messages: late }, inputs: words(3) })).rejects.toThrow('No messages for word 0.');
    const parse = (): never => {
      throw new RangeError('Not to be read.');
    };
    const replies = new Memory();
    await expect(eventsOf({ replies, task: { ...shout, parse }, inputs: words(3) })).rejects.toThrow('Not to be read.');
    expect(replies.kept.size).toBeGreaterThan(0);
    await expect(eventsOf({ replies, task: { ...shout, parse }, inputs: words(3) })).rejects.toThrow('Not to be read.');
  });

  it('is thrown where the inputs end in an error, after what was begun', async () => {
    const inputs = function* () {
      yield* words(70);
      throw new Error('No more texts.');
    };
    const seen: ShoutEvent[] = [];
    const reading = (async () => {
      for await (const event of run({ inputs: inputs() })) seen.push(event);
    })();
    await expect(reading).rejects.toThrow('No more texts.');
    expect(answersOf(seen)).toHaveLength(64);
  });
});
