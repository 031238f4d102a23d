import { expect, test } from 'vitest';
import { tellsOf } from '../../../web/src/evaluate/compare-annotators.ts';
import { compareTaggers } from '../../../web/src/evaluate/compare-taggers.ts';

const person = { start: 0, end: 4, type: 'person' };
const place = { start: 9, end: 12, type: 'place' };
const boat = { start: 20, end: 24, type: 'boat' };
/** Forty texts: the first tagger finds both names, the second misses the place in every other text. */
const gold = Array.from({ length: 40 }, () => [person, place]);
const better = gold.map((spans) => [...spans]);
const worse = gold.map((spans, index) => (index % 2 === 0 ? [person] : [...spans]));

test('a tagger that misses what the other finds is worse, by as much as the scores say', () => {
  const { overall, types } = compareTaggers(gold, [better, worse], ['person', 'place']);
  const [first, second] = overall.annotators;
  expect(first!.f1.value).toBe(1);
  expect(second!.f1.value).toBeCloseTo((2 * 60) / (2 * 60 + 20), 10);
  expect(second!.difference!.value).toBeCloseTo(second!.f1.value - 1, 10);
  expect(tellsOf(second!.difference!)).toBe('worse');
  expect(types.map(({ type, support, scores }) => [type, support, ...scores.map(({ recall }) => recall)])).toEqual([
    ['person', 40, 1, 1],
    ['place', 40, 1, 0.5],
  ]);
});

test('taggers that find the same are the same, and the same call gives the same intervals', () => {
  const same = compareTaggers(gold, [worse, worse.map((spans) => [...spans])], ['person', 'place']);
  expect(tellsOf(same.overall.annotators[1]!.difference!)).toBe('same');
  expect(compareTaggers(gold, [better, worse], [])).toEqual(compareTaggers(gold, [better, worse], []));
});

test('types that the texts are not labelled for count neither for nor against a tagger', () => {
  const more = better.map((spans) => [...spans, boat]);
  const { overall, leftOut, types } = compareTaggers(gold, [better, more], ['person', 'place']);
  expect(leftOut).toEqual([[], ['boat']]);
  expect(overall.annotators[1]!.f1.value).toBe(1);
  expect(types.map(({ type }) => type)).toEqual(['person', 'place']);
});

test('a type that is labelled for but not there counts against the tagger that finds it', () => {
  const { overall, types } = compareTaggers(gold, [better, better.map((spans) => [...spans, boat])], ['person', 'place', 'boat']);
  expect(overall.annotators[1]!.f1.value).toBeCloseTo((2 * 80) / (2 * 80 + 40), 10);
  expect(types.find(({ type }) => type === 'boat')).toMatchObject({ support: 0, scores: [{ f1: 0 }, { f1: 0 }] });
});
