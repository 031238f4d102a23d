import { describe, expect, it } from 'vitest';
import { changed } from '../../../../web/src/dataset/change.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { findOccurrences } from '../../../../web/src/dataset/facts/occurrences.ts';
import { correctLabels, suspiciousLabels } from '../../../../web/src/dataset/facts/suspicious.ts';
import type { Suspicion } from '../../../../web/src/dataset/facts/suspicious.ts';
import { wordsOfAll } from '../../../../web/src/dataset/facts/words.ts';
import { documentOf, placed } from '../some-documents.ts';

const suspect = (documents: readonly Document[], language = 'en'): Suspicion[] => {
  const words = wordsOfAll(documents);
  return suspiciousLabels(documents, words, findOccurrences(documents, words), language);
};
const of = (lines: string[], language?: string) => suspect(lines.map((line) => documentOf(line)), language);
const told = ({ kind, index, span, proposed, agree, of: all }: Suspicion) => [kind, index, span && `${span.start}–${span.end} ${span.type}`, proposed && `${proposed.start}–${proposed.end} ${proposed.type}`, `${agree}/${all}`];

describe('a string of several types', () => {
  it('is suspicious where it has another than mostly', () => {
    expect(of(['[Rome]place', '[Rome]place', 'so [Rome]team']).map(told)).toEqual([['type', 2, '3–7 team', '3–7 place', '2/3']]);
  });

  it('is suspicious everywhere, without a proposal, where no type is the most frequent', () => {
    expect(of(['[Rome]place', '[Rome]team']).map(told)).toEqual([
      ['type', 0, '0–4 place', null, '1/2'],
      ['type', 1, '0–4 team', null, '1/2'],
    ]);
  });
});

describe('a string that is mostly labelled', () => {
  it('is missed where it is not, from four of five occurrences on', () => {
    expect(of(['[Rome]place [Rome]place [Rome]place [Rome]place', 'in Rome']).map(told)).toEqual([['missed', 1, null, '3–7 place', '4/5']]);
    expect(of(['[Rome]place [Rome]place [Rome]place', 'in Rome'])).toEqual([]);
  });

  it('is not missed within another span', () => expect(of(['[Rome]place [Rome]place [Rome]place [Rome]place', '[Rome II]law'])).toEqual([]));
});

describe('a boundary', () => {
  it('is suspicious where the article is within a span and mostly is not, and the other way round', () => {
    expect(of(['the [UN]org', 'The [UN]org', '[the UN]org']).map(told)).toEqual([['boundary', 2, '0–6 org', '4–6 org', '2/3']]);
    expect(of(['[The Hague]place', '[The Hague]place', 'The [Hague]place']).map(told)).toEqual([['boundary', 2, '4–9 place', '0–9 place', '2/3']]);
  });

  it('is suspicious on both sides where there are as many', () => expect(of(['the [UN]org', '[the UN]org']).map(told)).toEqual([['boundary', 0, '4–6 org', null, '1/2'], ['boundary', 1, '0–6 org', null, '1/2']]));

  it('is suspicious where punctuation at the end is within', () => expect(of(['[Inc .]org', '[Inc]org .', '[Inc]org .']).map(told)).toEqual([['boundary', 0, '0–5 org', '0–3 org', '2/3']]));

  it('is fine where no article stands before the shorter one', () => expect(of(['of [UN]org', '[the UN]org'])).toEqual([]));

  it('knows the articles of the language', () => {
    expect(of(['die [SPD]org', '[die SPD]org'], 'de-AT')).toHaveLength(2);
    expect(of(['die [SPD]org', '[die SPD]org'], 'en')).toEqual([]);
  });

  it('is fine for a span of nothing but an article', () => expect(of(['[the]x', 'the [the]x'])).toEqual([]));
});

describe('suspicions', () => {
  it('come with the clearest majority first', () => {
    expect(of(['[A]x [A]x [A]y', '[B]x [B]x [B]x [B]y']).map(({ text }) => text)).toEqual(['B', 'A']);
  });

  it('are none in labels that agree', () => expect(of(['[Rome]place is [Rome]place', 'the [UN]org', 'the [UN]org'])).toEqual([]));
});

describe('correctLabels', () => {
  const documents = ['[Rome]place [Rome]place [Rome]place [Rome]place [Rome]place', '[Rome]team and Rome', 'the [UN]org the [UN]org [the UN]org'].map((line) => documentOf(line));
  const places = placed(documents);
  const correct = (suspicions: Suspicion[]) => {
    const changes = correctLabels(places, suspicions);
    return places.map(({ position, document }) => {
      const change = changes.find((other) => other.position === position);
      return change ? changed(document, change)! : document;
    });
  };

  it('makes labels as proposed, in order of place, so that nothing is suspicious any more', () => {
    const corrected = correct(suspect(documents));
    expect(corrected[1]!.spans.map(({ start, type }) => [start, type])).toEqual([[0, 'place'], [9, 'place']]);
    expect(corrected[2]!.spans.map(({ start, end }) => [start, end])).toEqual([[4, 6], [11, 13], [18, 20]]);
    expect(corrected[0]).toBe(documents[0]);
    expect(suspect(corrected)).toEqual([]);
  });

  it('leaves alone what has no proposal, and a span that is gone', () => {
    const [open] = of(['[Rome]place', '[Rome]team']);
    expect(correctLabels(places, [open!])).toEqual([]);
    const gone: Suspicion = { ...suspect(documents).find(({ kind }) => kind === 'type')!, index: 2 };
    expect(correctLabels(places, [gone])).toEqual([]);
  });

  it('never makes the same span twice', () => {
    const twice = documentOf('[Rome]place,team');
    const [suspicion] = suspect([...documents.slice(0, 1), twice]).filter(({ kind }) => kind === 'type');
    expect(correctLabels([{ position: 0, document: documents[0]! }, { position: 1, document: twice }], [suspicion!])[0]!.after).toEqual({ spans: [{ start: 0, end: 4, type: 'place', source: 'manual' }] });
  });
});
