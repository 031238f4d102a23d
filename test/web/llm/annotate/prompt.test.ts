import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnnotateInput } from '../../../../web/src/llm/annotate/annotation.ts';
import { annotateMessages, readAnnotateMessages, type AnnotateSettings } from '../../../../web/src/llm/annotate/prompt.ts';
import { annotateTask, usualAnnotation } from '../../../../web/src/llm/annotate/task.ts';
import { fill, templateFaults, unfill } from '../../../../web/src/llm/annotate/template.ts';
import { annotatePlaceholders, defaultTemplates } from '../../../../web/src/llm/annotate/templates.ts';
import { defaultVerification, readVerifyMessages, verificationPlaceholders, verifyTask } from '../../../../web/src/llm/annotate/verify.ts';
import { replyOf } from './damaged-answers.ts';
import { markedText } from './marked-texts.ts';

const person = { name: 'person', definition: 'Names of people.\nNot of bands.' };
const place = { name: 'place', definition: '' };
const example = { text: 'Ada saw Rome.', spans: [{ start: 0, end: 3, type: 'person' }, { start: 8, end: 12, type: 'place' }] };

describe('the paper’s form', () => {
  const [system, ...turns] = annotateMessages({ texts: ['Bob saw Oslo.'], types: [person], examples: [example] }, usualAnnotation);

  test('tells the type, its definition and the marks', () => {
    expect(system!.role).toBe('system');
    for (const part of ['type person', 'Names of people. Not of bands.', '@@', '##', 'unchanged']) expect(system!.content).toContain(part);
  });

  test('shows each example as a question and its answer, with the spans of the type alone, and then asks', () => {
    expect(turns).toEqual([
      { role: 'user', content: 'Ada saw Rome.' },
      { role: 'assistant', content: '@@Ada## saw Rome.' },
      { role: 'user', content: 'Bob saw Oslo.' },
    ]);
  });

  test('says something of a type without a definition', () => {
    expect(annotateMessages({ texts: ['Bob saw Oslo.'], types: [place], examples: [] }, usualAnnotation)[0]!.content).toContain('place means: what the name says');
  });
});

test('several texts and types are numbered and listed, with examples in the same form', () => {
  const input = { texts: ['Bob saw Oslo.', 'Text 2: Eve.', 'C'], types: [person, place], examples: [example, example] };
  const [system, shown, answer, asked] = annotateMessages(input, usualAnnotation);
  expect(system!.content).toContain('- person: Names of people. Not of bands.\n- place: what the name says');
  expect(shown!.content).toBe('Passage 1:\nAda saw Rome.\n\nPassage 2:\nAda saw Rome.');
  expect(answer!.content).toBe('Passage 1:\n@@Ada|person## saw @@Rome|place##.\n\nPassage 2:\n@@Ada|person## saw @@Rome|place##.');
  expect(asked!.content).toBe('Passage 1:\nBob saw Oslo.\n\nPassage 2:\nText 2: Eve.\n\nPassage 3:\nC');
});

test('in JSON form an example lists what it marks elsewhere', () => {
  const messages = annotateMessages({ texts: ['Bob.'], types: [person, place], examples: [example] }, { ...usualAnnotation, kind: 'json' });
  expect(JSON.parse(messages[2]!.content)).toEqual({ entities: [{ text: 'Ada', type: 'person', before: '' }, { text: 'Rome', type: 'place', before: 'Ada saw' }] });
});

test('a request without a text or a type is an error of whoever makes it', () => {
  expect(() => annotateMessages({ texts: [], types: [person], examples: [] }, usualAnnotation)).toThrow('a text and a type');
  expect(() => annotateMessages({ texts: ['a'], types: [], examples: [] }, usualAnnotation)).toThrow('a text and a type');
});

test('what a conversation asks can be read back from it, in every form and whatever the texts hold', () => {
  const name = fc.constantFrom('person', 'creative-work', 'C#', 'a@@b', 'Text 1:', '{type}', 'New\u00a0name', 'type|x');
  const text = fc.oneof(markedText.map((marked) => marked.text), fc.constantFrom('@@x## {text} {form}', 'Text 1:\nPassage 2:\n\nItem 3:\n', ' leading', 'trailing\n\n', '[[<<{{⟦⟦|', '$& $1 \\'));
  const settings = fc.record<AnnotateSettings>({ kind: fc.constantFrom('marked', 'json'), reasons: fc.boolean(), templates: fc.constant(defaultTemplates) });
  const types = fc.uniqueArray(fc.record({ name, definition: fc.constantFrom('', 'a name', 'One.\n\nTwo: {type} – “x”, $& and (.*?)') }), { selector: (type) => type.name, minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), types, settings, fc.boolean(), (texts, asked, set, shown) => {
      const input: AnnotateInput = { texts, types: asked, examples: shown ? [example] : [] };
      const read = readAnnotateMessages(annotateMessages(input, set), set.templates);
      expect(read).toMatchObject({ texts, types: asked.map((type) => type.name), form: { kind: set.kind, reasons: set.reasons, typed: asked.length > 1 } });
    }),
    { seed: 8, numRuns: 400 },
  );
});

test('a changed prompt is not read as if it were the default one', () => {
  const templates = { ...defaultTemplates, oneType: { ...defaultTemplates.oneType, system: `Please. ${defaultTemplates.oneType.system}` } };
  const messages = annotateMessages({ texts: ['Bob.'], types: [person], examples: [] }, { ...usualAnnotation, templates });
  expect(readAnnotateMessages(messages, defaultTemplates)).toBeNull();
  expect(readAnnotateMessages(messages, templates)).toMatchObject({ texts: ['Bob.'], types: ['person'] });
});

describe('sampling', () => {
  test('always gives the likeliest answer, with room for it and not much more', () => {
    fc.assert(
      fc.property(markedText, fc.constantFrom('marked', 'json'), (marked, kind) => {
        const types = ['location', 'person', 'team'].map((name) => ({ name, definition: '' }));
        const task = annotateTask({ ...usualAnnotation, kind });
        const input = { texts: [marked.text], types, examples: [marked] };
        const { temperature, maxTokens } = task.sampling(input);
        const answer = annotateMessages({ ...input, texts: ['x'] }, { ...usualAnnotation, kind })[2]!.content;
        expect(temperature).toBe(0);
        expect(maxTokens).toBeGreaterThan(new TextEncoder().encode(answer).length / 2);
        expect(maxTokens).toBeLessThan(100 + 8 * answer.length);
        expect(task.answerCharacters!(input)).toBeCloseTo(answer.length, -1);
      }),
      { seed: 9, numRuns: 100 },
    );
  });

  test('asks for the service’s JSON mode in JSON form alone', () => {
    const input = { texts: ['a'], types: [person], examples: [] };
    expect(annotateTask({ ...usualAnnotation, kind: 'json' }).sampling(input).json).toBe(true);
    expect(annotateTask().sampling(input)).not.toHaveProperty('json');
  });
});

describe('a template', () => {
  test('without a needed placeholder is told so, and so is one with an unknown one', () => {
    expect(templateFaults({ ...defaultTemplates.oneType, system: 'Find {typ}. {form}' }, annotatePlaceholders.oneType)).toEqual([
      '{type} is missing in the instructions or the message with the text: it stands for the name of the type. Put it where that should be, or reset the prompt.',
      '{definition} is missing in the instructions or the message with the text: it stands for what counts as the type. Put it where that should be, or reset the prompt.',
      '{typ} stands for nothing in the instructions. Known there: {type}, {definition}, {form}.',
    ]);
  });

  test('as it comes has no fault', () => {
    expect(templateFaults(defaultTemplates.oneType, annotatePlaceholders.oneType)).toEqual([]);
    expect(templateFaults(defaultTemplates.allTypes, annotatePlaceholders.allTypes)).toEqual([]);
    expect(templateFaults(defaultVerification, verificationPlaceholders)).toEqual([]);
  });

  test('takes values as they are, and gives them back', () => {
    const values = { a: '$& {b} {a}', b: '(.*) \\ {x}' };
    expect(fill('1 {a} 2 {b} 3 {a} {c}', values)).toBe('1 $& {b} {a} 2 (.*) \\ {x} 3 $& {b} {a} {c}');
    expect(unfill('1 {a} 2 {b} 3 {a}', fill('1 {a} 2 {b} 3 {a}', values))).toEqual(values);
    expect(unfill('1 {a} 2 {a}', '1 x 2 y')).toBeNull();
  });
});

describe('verification', () => {
  const task = verifyTask();
  const input = { text: 'Ada, Ada and Bob.', span: { start: 5, end: 8 }, type: person };

  test('shows which of two equal pieces is meant', () => {
    const [system, user] = task.messages(input);
    expect(system!.content).toContain('Names of people.');
    expect(user!.content).toBe('Ada, @@Ada## and Bob.\n\nIs “Ada” between the marks an entity of the type person? Answer yes or no.');
    expect(readVerifyMessages([system!, user!], defaultVerification)).toEqual({ text: input.text, type: 'person', span: input.span });
    const other = { ...input, text: 'Ada, Ada @ # [[Bob', span: { start: 15, end: 18 } };
    expect(readVerifyMessages(task.messages(other), defaultVerification)).toEqual({ text: other.text, type: 'person', span: other.span });
  });

  test.each([['Yes.', true], ['**No**', false], ['no, that is a band', false], ['YES', true]])('%j is an answer', (text, value) => {
    expect(task.parse(replyOf(text), input)).toEqual({ ok: true, value });
  });

  test.each([['', 'empty'], ['Yes and no.', 'unparsable'], ['Perhaps.', 'unparsable'], ['I’m sorry, I can’t tell.', 'denied']])('%j is none', (text, reason) => {
    expect(task.parse(replyOf(text), input)).toEqual({ ok: false, reason });
  });
});
