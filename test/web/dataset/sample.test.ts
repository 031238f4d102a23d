import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** A sentence of a `.conll` file, read here without the app's own reader, so that a mistake in one does not hide a mistake in the other. */
interface Sentence {
  words: string[];
  tags: string[];
}

interface Entity {
  type: string;
  text: string;
}

const splits = ['train', 'dev', 'test'] as const;
type Split = (typeof splits)[number];

const folder = new URL('../../../web/public/sample/', import.meta.url);
const files = Object.fromEntries(splits.map((split) => [split, readFileSync(new URL(`${split}.conll`, folder), 'utf8')])) as Record<Split, string>;
const sentences = Object.fromEntries(splits.map((split) => [split, parse(files[split])])) as Record<Split, Sentence[]>;
const dataset = JSON.parse(readFileSync(new URL('dataset.json', folder), 'utf8')) as {
  name: string;
  description: string;
  language: string;
  licence: string;
  types: { name: string; definition: string; examples: string[] }[];
  trySentence: string;
};
const types = dataset.types.map((type) => type.name);

function parse(file: string): Sentence[] {
  return file
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const rows = block.split('\n').map((line) => line.split('\t'));
      return { words: rows.map((row) => row[0] ?? ''), tags: rows.map((row) => row[1] ?? '') };
    });
}

function entities({ words, tags }: Sentence): Entity[] {
  const found: Entity[] = [];
  tags.forEach((tag, i) => {
    if (tag.startsWith('B-')) found.push({ type: tag.slice(2), text: words[i] ?? '' });
    else if (tag.startsWith('I-')) found.at(-1)!.text += ` ${words[i]}`;
  });
  return found;
}

function support(split: Split, type: string): number {
  return sentences[split].flatMap(entities).filter((entity) => entity.type === type).length;
}

describe.each(splits)('the %s file of the sample', (split) => {
  test('has a word, a tab and a tag on each line and a blank line after each sentence', () => {
    expect(files[split]).toMatch(/^(?:(?:[^\s]+\t(?:O|[BI]-[a-z]+)\n)+\n)+$/);
  });

  test('continues an entity only after a word of the same entity', () => {
    for (const { words, tags } of sentences[split])
      tags.forEach((tag, i) => {
        if (tag.startsWith('I-')) expect([`B-${tag.slice(2)}`, tag], `${tag} at "${words[i]}" in: ${words.join(' ')}`).toContain(tags[i - 1]);
      });
  });

  test('uses the types of dataset.json and no others', () => {
    expect(new Set(sentences[split].flatMap(entities).map((entity) => entity.type))).toEqual(new Set(types));
  });

  test('has sentences of 6 to 35 words', () => {
    for (const { words } of sentences[split]) {
      expect(words.length, words.join(' ')).toBeGreaterThanOrEqual(6);
      expect(words.length, words.join(' ')).toBeLessThanOrEqual(35);
    }
  });

  test('has no entity in at least 12 of 100 sentences', () => {
    const without = sentences[split].filter((sentence) => sentence.tags.every((tag) => tag === 'O')).length;
    expect(without / sentences[split].length).toBeGreaterThanOrEqual(0.12);
  });
});

test('the sample has enough sentences to train on and to measure with', () => {
  expect(sentences.train.length).toBeGreaterThanOrEqual(160);
  expect(sentences.dev.length).toBeGreaterThanOrEqual(45);
  expect(sentences.test.length).toBeGreaterThanOrEqual(60);
});

test.each(types)('the type %s is well represented in every split', (type) => {
  expect(support('train', type)).toBeGreaterThanOrEqual(45);
  expect(support('dev', type)).toBeGreaterThanOrEqual(12);
  expect(support('test', type)).toBeGreaterThanOrEqual(15);
});

test('no sentence of the sample occurs twice, within a split or across splits', () => {
  const texts = splits.flatMap((split) => sentences[split].map(({ words }) => words.join(' ').toLowerCase()));
  expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
});

test('most entities of the test file are not in the training file, and some are', () => {
  const key = (entity: Entity) => `${entity.type} ${entity.text}`;
  const seen = new Set(sentences.train.flatMap(entities).map(key));
  const distinct = [...new Set(sentences.test.flatMap(entities).map(key))];
  const share = distinct.filter((entity) => seen.has(entity)).length / distinct.length;
  expect(share).toBeGreaterThan(0.05);
  expect(share).toBeLessThan(0.3);
});

test('the same name has two types only where the sample means it to', () => {
  const typesOf = new Map<string, Set<string>>();
  for (const { type, text } of splits.flatMap((split) => sentences[split].flatMap(entities))) typesOf.set(text, (typesOf.get(text) ?? new Set()).add(type));
  const ambiguous = [...typesOf].filter(([, found]) => found.size > 1).map(([text, found]) => `${text}: ${[...found].sort().join(', ')}`);
  expect(ambiguous.sort()).toEqual([
    'Ashlock: organisation, place',
    'Brackwater: organisation, place',
    'Chapel Row School: organisation, place',
    'Dunmere: organisation, place',
    'Ketterby: organisation, place',
    'Mallow: organisation, place',
    'Port Ember: organisation, place',
    'Rowan Hill: person, place',
    'Saltley: organisation, place',
    'Tern Ford: organisation, place',
    'Wick Bridge: organisation, place',
  ]);
});

test('every type is defined, says what does not count, and has examples taken from the training file', () => {
  expect(types).toEqual(['person', 'organisation', 'place', 'event']);
  const training = sentences.train.flatMap(entities);
  for (const { name, definition, examples } of dataset.types) {
    expect(definition).toContain('Not: ');
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const example of examples) expect(training).toContainEqual({ type: name, text: example });
  }
});

test('the sentence waiting in the Try box is not in the sample, nor is any of its names', () => {
  const all = splits.map((split) => sentences[split].map(({ words }) => words.join(' ')).join('\n')).join('\n');
  expect(dataset.trySentence.length).toBeGreaterThan(40);
  for (const name of ['Helena Novak', 'Tidewater Rowing Club', 'Driftwood Festival', 'Juniper Bay']) {
    expect(dataset.trySentence).toContain(name);
    expect(all).not.toContain(name);
  }
});

test('the sample names itself, its language and its licence', () => {
  expect(dataset).toMatchObject({ name: 'Lantern Coast', language: 'en', licence: 'Apache-2.0' });
  expect(dataset.description.length).toBeGreaterThan(40);
});
