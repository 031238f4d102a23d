import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../../web/src/llm/annotate/annotation.ts';
import type { AskOptions } from '../../../../web/src/llm/annotate/ask-again.ts';
import { compareWays, type ComparedWays } from '../../../../web/src/llm/annotate/compare-ways.ts';
import { estimateWays } from '../../../../web/src/llm/annotate/estimate-ways.ts';
import { drawExamples } from '../../../../web/src/llm/annotate/inputs.ts';
import { defaultTemplates } from '../../../../web/src/llm/annotate/templates.ts';
import { drawTrial, goldOfTrial, type Trial } from '../../../../web/src/llm/annotate/trial.ts';
import { defaultVerification } from '../../../../web/src/llm/annotate/verify.ts';
import { cheapest } from '../../../../web/src/llm/annotate/way-measure.ts';
import { waysFor, type WayName } from '../../../../web/src/llm/annotate/ways.ts';
import type { LlmReply, LlmRequest } from '../../../../web/src/llm/task.ts';
import { Memory, Played } from '../fixtures.ts';

const types = [{ name: 'person', definition: 'A human being.' }, { name: 'place', definition: '' }];
/** Every text has a person in it; the fourth word is no entity. */
const labelled = Array.from({ length: 12 }, (_, i): Example => ({ text: `Text ${i}: Mara saw Rome.`, spans: [{ start: `Text ${i}: `.length, end: `Text ${i}: Mara`.length, type: 'person' }] }));

function trialOf(texts: number, examples = 2): Trial {
  const { asked, pool } = drawTrial(labelled, { texts, examples, seed: 3 });
  return { asked, types, examplesFor: drawExamples(pool, examples, 3), templates: defaultTemplates, verification: defaultVerification };
}

/** What a model costs that reads 1,000 tokens for 3 dollars and writes 100 for 7: 0.003 + 0.0007 dollars a request. */
const usage = { prompt: 1000, completion: 100 };
const dollars = 0.0037;

/** Marks each Mara and each Rome as whatever it is asked for, and says no of what is called Rome. */
function answer({ messages, task, model }: LlmRequest): LlmReply {
  const asked = messages.at(-1)!.content;
  const several = messages[0]!.content.includes('- person:');
  const marked = (text: string): string => (several ? text.replaceAll('Mara', '@@Mara|person##').replaceAll('Rome', '@@Rome|person##') : text.replaceAll(/Mara|Rome/g, '@@$&##'));
  const again = task === 'verify.v1';
  const text = again ? (asked.includes('“Rome”') ? 'No.' : asked.includes('type place') ? 'Perhaps.' : 'Yes.') : messages[0]!.content.includes('type place') ? "I'm sorry, I can't." : marked(asked);
  return { text, finish: 'stop', usage, dollars, model, milliseconds: 50 };
}

interface Asked {
  source: Played;
  requests: LlmRequest[];
}

function played(behave = answer): Asked {
  const requests: LlmRequest[] = [];
  const source = new Played((request) => {
    requests.push(request);
    return behave(request);
  });
  return { source, requests };
}

async function compare(names: readonly WayName[], trial: Trial, options: Partial<AskOptions> & Pick<AskOptions, 'source'>): Promise<ComparedWays> {
  return compareWays(names, trial, { model: 'small', replies: new Memory(), atOnce: 4, ...options }, () => undefined);
}

describe('ways of asking that are compared', () => {
  it('cost what their requests cost', async () => {
    const { measures } = await compare(['single', 'all-types', 'five-texts', 'five-texts-all-types'], trialOf(5), { source: played().source });
    const requests = [10, 5, 2, 1];
    expect(measures.map((measure) => measure.requests)).toEqual(requests);
    for (const [i, measure] of measures.entries()) {
      expect(measure.tokens).toEqual({ prompt: 1000 * requests[i]!, completion: 100 * requests[i]! });
      expect(measure.dollars).toBeCloseTo(dollars * requests[i]!, 9);
      expect([measure.paid, measure.milliseconds]).toEqual([measure.dollars, 50 * requests[i]!]);
    }
    expect(cheapest(measures)).toEqual({ way: 'five-texts-all-types', by: 'dollars' });
  });

  it('are held against the labels with what was found, and tell what was refused', async () => {
    const trial = trialOf(6);
    const [single] = (await compare(['single'], trial, { source: played().source })).measures;
    expect(single).toMatchObject({ answers: 12, reasons: { denied: 6 }, failures: {}, marked: 12, rejected: {}, verdicts: null });
    expect(goldOfTrial(trial)).toHaveLength(6);
    for (const [place, spans] of single!.found.entries()) expect(spans.map(({ start, end }) => trial.asked[place]!.text.slice(start, end))).toEqual(['Mara', 'Rome']);
  });

  it('count marks that fit no place', async () => {
    const { source } = played((request) => ({ ...answer(request), text: request.messages.at(-1)!.content.replace('Mara', '@@Someone else entirely## Mara') }));
    const [single] = (await compare(['single'], trialOf(3), { source })).measures;
    expect(single).toMatchObject({ marked: 6, rejected: { 'no-such-string': 6 } });
  });

  it('that ask the same first share its replies, and each is shown with what it costs alone', async () => {
    const { source, requests } = played();
    const [single, verify] = (await compare(['single', 'verify'], trialOf(6), { source })).measures;
    // Twelve first questions, and one about each of the twelve spans.
    expect([single!.requests, verify!.requests, requests.length]).toEqual([12, 24, 24]);
    expect([single!.paid, verify!.paid].map((paid) => Math.round(paid / dollars))).toEqual([12, 12]);
    expect(verify!.dollars).toBeCloseTo(24 * dollars, 9);
    expect(verify!.verdicts).toEqual({ confirmed: 6, denied: 6, undecided: 0 });
    expect(verify!.found.map((spans) => spans.length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('keep a span of which the second question brought no answer', async () => {
    const { source } = played((request) => (request.task === 'verify.v1' ? { ...answer(request), text: 'Who knows?' } : answer(request)));
    const [verify] = (await compare(['verify'], trialOf(2), { source })).measures;
    expect(verify).toMatchObject({ verdicts: { confirmed: 0, denied: 0, undecided: 4 } });
    expect(verify!.found.flat()).toHaveLength(4);
  });

  it('that are stopped half-way go on without paying anything twice, and end the same as if never stopped', async () => {
    const [trial, replies, names] = [trialOf(6), new Memory(), waysFor(2)];
    const pause = new AbortController();
    const first = played((request) => {
      if (replies.kept.size === 9) pause.abort();
      return answer(request);
    });
    const stopped = await compare(names, trial, { source: first.source, replies, pause: pause.signal });
    expect(stopped.end.reason).toBe('paused');
    expect(stopped.measures).toEqual([]);
    const kept = replies.kept.size;
    expect(kept).toBe(first.requests.length);
    const second = played();
    const resumed = await compare(names, trial, { source: second.source, replies });
    const whole = played();
    const never = await compare(names, trial, { source: whole.source });
    expect(first.requests.length + second.requests.length).toBe(whole.requests.length);
    const withoutPaid = ({ measures }: ComparedWays): object[] => measures.map((measure) => ({ ...measure, paid: 0 }));
    expect(withoutPaid(resumed)).toEqual(withoutPaid(never));
    const paid = resumed.measures.reduce((sum, measure) => sum + measure.paid, 0);
    expect(paid).toBeCloseTo(dollars * second.requests.length, 9);
  });

  it('are as many requests as the estimate says, which says nothing is left once all are answered', async () => {
    const [trial, replies, names] = [trialOf(5), new Memory(), waysFor(2)];
    const { source, requests } = played();
    const options = { model: 'small', source, replies, atOnce: 4 };
    const before = await estimateWays(names, trial, options);
    await compare(names, trial, options);
    // Five labels are known before; ten spans were found.
    expect(before.requests).toBe(requests.length - 5);
    expect(await estimateWays(names, trial, options)).toMatchObject({ inputs: requests.length, requests: 0, dollars: 0 });
  });
});

describe('the texts of a comparison', () => {
  it('are never shown as examples, in no request and not under another label', async () => {
    const { source, requests } = played();
    const trial = trialOf(6, 5);
    await compare(waysFor(2), trial, { source });
    const asked = trial.asked.map(({ text }) => text);
    const shown = requests.flatMap(({ messages }) => messages.slice(1, -1).map(({ content }) => content));
    expect(shown.length).toBeGreaterThan(100);
    for (const content of shown) expect(asked.filter((text) => content.includes(text))).toEqual([]);
  });

  it('and those of the examples have no text in common, are all there are, and follow from the seed', () => {
    const texts = fc.array(fc.record({ text: fc.string({ maxLength: 2 }), spans: fc.constant([]) }), { maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 }), fc.nat(99), (all, wanted, examples, seed) => {
        const { asked, pool } = drawTrial(all, { texts: wanted, examples, seed });
        const distinct = new Set(all.map(({ text }) => text));
        const both = [...asked, ...pool].map(({ text }) => text);
        expect(new Set(both)).toEqual(distinct);
        expect(both).toHaveLength(distinct.size);
        expect(asked).toHaveLength(Math.min(wanted, examples > 0 ? Math.ceil(distinct.size / 2) : distinct.size));
        expect(drawTrial(all, { texts: wanted, examples, seed })).toEqual({ asked, pool });
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('the cheapest way', () => {
  const way = (name: WayName, cost: number | null, prompt: number) => ({ way: name, dollars: cost, tokens: { prompt, completion: 0 } });

  it('is told by tokens where nothing is paid, and not at all where it is not known or not alone', () => {
    expect(cheapest([way('single', 0, 30), way('json', 0, 20)])).toEqual({ way: 'json', by: 'tokens' });
    expect(cheapest([way('single', null, 30), way('json', null, 40)])).toEqual({ way: 'single', by: 'tokens' });
    expect(cheapest([way('single', 2, 30), way('json', 3, 20)])).toEqual({ way: 'single', by: 'dollars' });
    expect(cheapest([way('single', 2, 30), way('json', 2, 20)])).toBeNull();
    expect(cheapest([{ ...way('single', null, 1), tokens: null }, way('json', null, 20)])).toBeNull();
    expect(cheapest([way('single', 2, 30)])).toBeNull();
  });
});
