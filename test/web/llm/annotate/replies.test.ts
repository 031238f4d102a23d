import { describe, expect, test } from 'vitest';
import type { AnnotateInput } from '../../../../web/src/llm/annotate/annotation.ts';
import { annotateTask, usualAnnotation } from '../../../../web/src/llm/annotate/task.ts';
import { replyOf } from './damaged-answers.ts';

const place = { name: 'place', definition: 'a place' };
const person = { name: 'person', definition: 'a person' };
const text = 'Ada flew from Rome to Oslo and then from Oslo to Rome.';
const one: AnnotateInput = { texts: [text], types: [place], examples: [] };

describe('a reply as a whole', () => {
  const reasonOf = (reply: string, finish = 'stop', input = one): string | null => {
    const parsed = annotateTask().parse({ ...replyOf(reply), finish }, input);
    return parsed.ok ? null : parsed.reason;
  };

  test.each([
    ['', 'stop', 'empty'],
    [' \n', 'length', 'empty'],
    ["I'm sorry, but I can't help with that.", 'stop', 'denied'],
    ['As an AI language model I do not label texts.', 'stop', 'denied'],
    ['Ada flew from @@Rome##', 'content_filter', 'denied'],
    ['Ada flew from @@Rome## to @@Oslo## and then', 'length', 'cut'],
    ['There are no places in this text.', 'stop', 'misaligned'],
    ['@@Rome##, @@Oslo##', 'stop', 'misaligned'],
  ])('%j that ends by %s is %s', (reply, finish, reason) => {
    expect(reasonOf(reply, finish)).toBe(reason);
  });

  test('that reaches the most tokens only after the text is an answer', () => {
    expect(reasonOf(`${text}\n${text.slice(0, 20)}`, 'length')).toBeNull();
  });

  test('that gives the text back unchanged says that there is none', () => {
    expect(annotateTask().parse(replyOf(`Here it is:\n${text.toUpperCase()}`), one)).toEqual({ ok: true, value: [{ spans: [], rejected: [], copied: true, covered: 1 }] });
  });

  test('that leaves a part out is no copy, and says how much it gives back', () => {
    const parsed = annotateTask().parse(replyOf('Ada flew from Rome to Oslo and then from'), one);
    expect(parsed).toMatchObject({ ok: true, value: [{ copied: false, covered: 9 / 13 }] });
  });

  test('of several texts that breaks off is an answer for those that it has', () => {
    const input = { ...one, texts: [text, 'Bob stayed in Bergen for years and years.'] };
    const parsed = annotateTask().parse({ ...replyOf(`Text 1:\n${text}\n\nText 2:\nBob stayed`), finish: 'length' }, input);
    expect(parsed).toMatchObject({ ok: true, value: [{ copied: true }, { copied: false, covered: 0 }] });
  });
});

describe('reasons', () => {
  const task = annotateTask({ ...usualAnnotation, reasons: true });

  test('come with their spans, and with none where the model gives none', () => {
    const parsed = task.parse(replyOf('Ada flew from @@Rome|capital of Italy## to @@Oslo## and then from Oslo to Rome.'), one);
    expect(parsed).toMatchObject({ ok: true, value: [{ spans: [{ start: 14, end: 18, type: 'place', reason: 'capital of Italy' }, { start: 22, end: 26, type: 'place' }], covered: 1 }] });
  });

  test('that hold marks themselves mark nothing', () => {
    const parsed = task.parse(replyOf('Ada flew from @@Rome|like @@Oslo|city## it is one## to Oslo and then from Oslo to Rome.'), one);
    expect(parsed).toMatchObject({ ok: true, value: [{ spans: [], rejected: [{ piece: 'Rome', why: 'nested' }] }] });
  });
});

describe('JSON', () => {
  const task = annotateTask({ ...usualAnnotation, kind: 'json' });
  const read = (reply: string, input = one): unknown => task.parse(replyOf(reply), input);
  const list = (entities: unknown): string => JSON.stringify({ entities });

  test('an entity that occurs once is placed, one that occurs twice only with the words before it', () => {
    const entities = [{ text: 'ada', before: 'whatever' }, { text: 'Oslo', before: 'and then from' }, { text: 'Rome', before: '' }, { text: 'Rome', before: 'from' }];
    expect(read(list(entities))).toEqual({
      ok: true,
      value: [{ spans: [{ start: 0, end: 3, type: 'place' }, { start: 14, end: 18, type: 'place' }, { start: 41, end: 45, type: 'place' }], rejected: [{ piece: 'Rome', type: 'place', why: 'ambiguous' }], copied: false, covered: 1 }],
    });
  });

  test('what the text does not hold as a word of its own is rejected', () => {
    const parsed = read(list([{ text: 'Os', before: '' }, { text: 'flew', before: '' }, { text: 'Bergen' }, { text: '' }]));
    expect(parsed).toMatchObject({ value: [{ spans: [{ start: 4, end: 8 }], rejected: [{ piece: 'Os', why: 'ambiguous' }, { piece: 'Bergen', why: 'no-such-string' }, { piece: '', why: 'empty-span' }] }] });
    expect(read(list([{ text: 'lew' }]))).toMatchObject({ value: [{ rejected: [{ why: 'changed' }] }] });
  });

  test('types are those asked for', () => {
    const input = { ...one, types: [place, person] };
    expect(read(list([{ text: 'Ada', type: 'Person' }, { text: 'flew', type: 'verb' }, { text: 'then' }]), input)).toMatchObject({
      value: [{ spans: [{ start: 0, end: 3, type: 'person' }], rejected: [{ piece: 'flew', type: null, why: 'unknown-type' }, { piece: 'then', type: null, why: 'unknown-type' }] }],
    });
  });

  test('several texts go by their numbers; one that is missing is not answered', () => {
    const input = { ...one, texts: [text, 'Bob stayed.', 'Eve left Oslo.'] };
    const reply = JSON.stringify({ texts: [{ number: 3, entities: [{ text: 'Oslo', before: 'left' }] }, { number: '1', entities: [] }] });
    expect(read(reply, input)).toMatchObject({ value: [{ copied: true, covered: 1 }, { copied: false, covered: 0 }, { spans: [{ start: 9, end: 13 }] }] });
  });

  test('is found in a fence and behind a sentence, as an object or as a list', () => {
    expect(read('Here:\n```json\n{"entities": [{"text": "Ada"}]}\n```')).toMatchObject({ value: [{ spans: [{ start: 0 }] }] });
    expect(read('[{"text": "Ada"}]')).toMatchObject({ value: [{ spans: [{ start: 0 }] }] });
    expect(read('{"entities": ["Ada"]}')).toMatchObject({ value: [{ spans: [{ start: 0 }] }] });
  });

  test.each([['{"entities": [{"text": "Ad', 'unparsable'], ['{"names": []}', 'unparsable'], ['No places.', 'unparsable'], ['null', 'unparsable'], ['Sorry, no.', 'denied'], ['', 'empty']])('%j is no answer', (reply, reason) => {
    expect(read(reply)).toEqual({ ok: false, reason });
  });

  test('that breaks off at the most tokens is cut', () => {
    expect(task.parse({ ...replyOf('{"entities": [{"text": "Ad'), finish: 'length' }, one)).toEqual({ ok: false, reason: 'cut' });
  });
});
