import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnnotateInput, FoundSpan } from '../../../../web/src/llm/annotate/annotation.ts';
import { formOf, type AnnotateSettings } from '../../../../web/src/llm/annotate/prompt.ts';
import { annotateTask, usualAnnotation } from '../../../../web/src/llm/annotate/task.ts';
import { heading, markable, writeAnswer } from '../../../../web/src/llm/annotate/write.ts';
import { readDamagedAnswers, replyOf } from './damaged-answers.ts';
import { markedText } from './marked-texts.ts';

const place = { name: 'place', definition: 'a place' };
const person = { name: 'person', definition: 'a person' };

/** What is found in an answer: `Paris@19`, with the type where several are asked for. */
function read(text: string, answer: string, types = [place]): { found: string[]; rejected: string[] } | string {
  const parsed = annotateTask().parse(replyOf(answer), { texts: [text], types, examples: [] });
  if (!parsed.ok) return parsed.reason;
  const { spans, rejected } = parsed.value[0]!;
  const show = ({ start, end, type }: FoundSpan): string => `${text.slice(start, end)}@${start}${types.length > 1 ? ` ${type}` : ''}`;
  return { found: spans.map(show), rejected: rejected.map(({ piece, why }) => `${piece}: ${why}`) };
}

test('of a thousand damaged answers none labels a wrong place, and 99 % of the undamaged spans are found', () => {
  const { found, undamaged, otherReadings, otherReadingsOfOneWay } = readDamagedAnswers(1000, 1);
  expect(undamaged).toBeGreaterThan(1500);
  expect(found / undamaged).toBeGreaterThan(0.99);
  // Two forgotten marks can make one span of two: the answer says so, and nobody can know better. One damage never does.
  expect(otherReadings).toBeLessThan(5);
  expect(otherReadingsOfOneWay).toBe(0);
});

describe('what is repeated', () => {
  const text = 'Paris met Paris in Paris. Then Paris left.';

  test('is told apart by what stands around it', () => {
    expect(read(text, 'Paris met Paris in @@Paris##. Then Paris left.')).toEqual({ found: ['Paris@19'], rejected: [] });
    expect(read(text, 'Sure:\nParis met Paris in @@paris##. Then he left.')).toEqual({ found: ['Paris@19'], rejected: [] });
  });

  test('is ambiguous where what stands around it is gone', () => {
    expect(read('Paris won. Paris won. Paris won.', 'Paris won. @@Paris## won.')).toEqual({ found: [], rejected: ['Paris: ambiguous'] });
    expect(read('Duran Duran sang.', '@@Duran## sang.')).toEqual({ found: [], rejected: ['Duran: ambiguous'] });
  });

  test('is found in each copy of a text that is given back twice, once', () => {
    const once = 'Paris met Paris in @@Paris##. Then Paris left.';
    expect(read(text, `${once}\n${once}`)).toEqual({ found: ['Paris@19'], rejected: [] });
    expect(read(text, `Text: ${text}\nAnswer: ${once}`)).toEqual({ found: ['Paris@19'], rejected: [] });
  });
});

describe('a word in place of another', () => {
  test('is not taken for the same word elsewhere', () => {
    expect(read('In London and in Paris it rains.', 'In @@Paris## and in Paris it rains.')).toEqual({ found: [], rejected: ['Paris: changed'] });
    expect(read('Once more the Germans lost in the very last minute. Then Germany won.', 'Once more the @@Germany## lost in the very last minute.')).toEqual({ found: [], rejected: ['Germany: changed'] });
  });

  test('is not taken for a part of a longer one', () => {
    expect(read('And then Germany won in the end.', 'And then @@German## won in the end.')).toEqual({ found: [], rejected: ['German: changed'] });
    expect(read('The party show went on and on.', 'The @@art## show went on and on.')).toEqual({ found: [], rejected: ['art: changed'] });
  });

  test('leaves its neighbours where they are', () => {
    expect(read('He went from London to Paris by train.', 'He went from @@Londres## to @@Paris## by train.')).toEqual({ found: ['Paris@23'], rejected: ['Londres: no-such-string'] });
  });
});

describe('marks', () => {
  const text = 'Ada flew from Rome to Oslo.';

  test('without a partner are told of and take nothing with them', () => {
    expect(read(text, 'Ada flew from @@Rome to @@Oslo##.')).toEqual({ found: ['Oslo@22'], rejected: ['Rome to Oslo.: unclosed'] });
    expect(read(text, 'Ada flew from Rome## to @@Oslo##.')).toEqual({ found: ['Oslo@22'], rejected: ['Ada flew from Rome: unopened'] });
  });

  test('around other marks are rejected, those inside are kept', () => {
    expect(read(text, '@@Ada flew from @@Rome## to @@Oslo####.')).toEqual({ found: ['Rome@14', 'Oslo@22'], rejected: ['Ada flew from Rome to Oslo: nested'] });
    expect(read(text, 'Ada flew from @@@@Rome#### to Oslo.')).toEqual({ found: ['Rome@14'], rejected: [] });
  });

  test('that two copies of the text set differently are kept where they hold no others', () => {
    const answer = `Ada flew from @@Rome## to @@Oslo##.\nAda flew from @@Rome to Oslo##.`;
    expect(read(text, answer)).toEqual({ found: ['Rome@14', 'Oslo@22'], rejected: ['Rome to Oslo: nested'] });
    expect(read(text, 'Ada @@flew from## Rome to Oslo.\nAda flew @@from Rome## to Oslo.')).toEqual({ found: [], rejected: ['flew from: nested', 'from Rome: nested'] });
  });

  test('twice on one side only leave open which of them has lost its partner', () => {
    expect(read(text, 'Ada flew from @@@@Rome to Oslo##.')).toEqual({ found: [], rejected: ['Rome to Oslo.: unclosed', 'Rome to Oslo: unclosed'] });
  });

  test('around nothing are no span', () => {
    expect(read(text, 'Ada flew from @@ ##Rome to Oslo.')).toEqual({ found: [], rejected: [': empty-span'] });
  });

  test('are others where the text itself could be taken for them', () => {
    const tweet = 'RT @paris: see you in @@Paris## #paris';
    expect(read(tweet, 'RT @paris: see you in @@[[Paris]]## #paris')).toEqual({ found: ['Paris@24'], rejected: [] });
    expect(read(tweet, tweet)).toEqual({ found: [], rejected: [] });
    const all = 'x @ # [ ] { } < > ⟦ ⟧ ❮ ❯ ⟪ ⟫ | ¦ => → <e1> Oslo </e1>';
    expect(read(all, all.replace('Oslo', '<e2>Oslo</e2>'))).toEqual({ found: [`Oslo@${all.indexOf('Oslo')}`], rejected: [] });
    expect(read(all, all.replace('Oslo', '<e2>Oslo|1|place</e2>'), [place, person])).toEqual({ found: [`Oslo@${all.indexOf('Oslo')} place`], rejected: [] });
  });

  test('never cut a character that is written with several code points', () => {
    expect(read('Go 👩‍🚀 go, Rene\u0301!', 'Go @@👩##\u200d🚀 go, @@Rene##\u0301!')).toEqual({ found: [], rejected: ['👩: splits-a-character', 'Rene: splits-a-character'] });
    expect(read('Go 👩‍🚀 go, Rene\u0301!', 'Go @@👩‍🚀## go, @@René##!')).toEqual({ found: ['👩‍🚀@3', 'Rene\u0301@13'], rejected: [] });
  });

  test('carry the type where several are asked for, whatever its capitals', () => {
    expect(read(text, '@@Ada|Person## flew from @@Rome|place## to @@Oslo|city##.', [place, person])).toEqual({ found: ['Ada@0 person', 'Rome@14 place'], rejected: ['Oslo: unknown-type'] });
    expect(read(text, 'Ada flew from @@@@Rome|place##|person## to @@Oslo##.', [place, person])).toEqual({ found: ['Rome@14 place', 'Rome@14 person'], rejected: ['Oslo: unknown-type'] });
  });
});

test('a span in scripts without spaces or from right to left is found', () => {
  expect(read('私は東京都から東京へ。', '私は@@東京都##から@@東京##へ。')).toEqual({ found: ['東京都@2', '東京@7'], rejected: [] });
  expect(read('سافر من القاهرة إلى القاهرة.', 'سافر من القاهرة إلى @@القاهرة##.')).toEqual({ found: ['القاهرة@20'], rejected: [] });
  expect(read('서울에서 서울로', '@@서울##에서 서울로')).toEqual({ found: ['서울@0'], rejected: [] });
});

describe('several texts in a request', () => {
  const forms: Pick<AnnotateSettings, 'kind' | 'reasons'>[] = [{ kind: 'marked', reasons: false }, { kind: 'marked', reasons: true }, { kind: 'json', reasons: true }];
  const all = ['location', 'person', 'team'].map((name) => ({ name, definition: 'a name' }));

  test.each(forms)('undamaged answers give every span that is marked, and no other ($kind, reasons: $reasons)', (form) => {
    const settings = { ...usualAnnotation, ...form };
    fc.assert(
      fc.property(fc.array(markedText, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), (marked, types) => {
        const input: AnnotateInput = { texts: marked.map(({ text }) => text), types: all.slice(0, types), examples: [] };
        const wanted = marked.map(({ text, spans }) => ({ text, spans: spans.filter(({ type }) => input.types.some(({ name }) => name === type)) }));
        const asked = formOf(input, settings);
        const parsed = annotateTask(settings).parse(replyOf(writeAnswer(wanted, asked.form, asked.marks)), input);
        const found = parsed.ok ? parsed.value.map(({ spans }) => spans.map(({ start, end, type }) => ({ start, end, type }))) : [];
        if (form.kind === 'marked') expect(found).toEqual(wanted.map(({ spans }) => markable(spans).map(([span]) => span)));
        // JSON has no place for a span: what is not certain is left out, with a reason.
        else for (const [i, { spans }] of wanted.entries()) expect(spans).toEqual(expect.arrayContaining(found[i] ?? []));
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  test('a text that the answer leaves out is not answered, and the others are', () => {
    const input = { texts: ['Ada saw Rome and left it again.', 'Bob saw Oslo and stayed there.'], types: [place], examples: [] };
    const parsed = annotateTask().parse(replyOf(`${heading('Text', 1)}\nBob saw @@Oslo## and stayed there.`), input);
    expect(parsed).toEqual({ ok: true, value: [{ spans: [], rejected: [], copied: false, covered: 0 }, { spans: [{ start: 8, end: 12, type: 'place' }], rejected: [], copied: false, covered: 1 }] });
  });
});

describe('an answer of 100,000 characters is read in bounded time', () => {
  const long = Array.from({ length: 16_000 }, (_, i) => `word${(i * 7919) % 1009}`).join(' ');

  test.each([
    ['that shares little with its text', long, Array.from({ length: 16_000 }, (_, i) => `@@word${(i * i) % 2003}##`).join(' ')],
    ['that repeats one word of it', 'Ada saw Rome and Oslo.', '@@Rome## and '.repeat(8000)],
    ['of marks', 'Ada saw Rome and Oslo.', '@@ Rome '.repeat(12_000)],
  ])('%s', (_, text, answer) => {
    const began = performance.now();
    expect(read(text, answer)).toBe('misaligned');
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
