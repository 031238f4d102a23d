import { describe, expect, it } from 'vitest';
import { differ, disagrees, everything, queueOf, uncertainty } from '../../../web/src/annotate/queue.ts';
import { textOf } from './place.ts';

const items = ['[Ann:person] left', '{Ann:person:0.9} left', '{Bo:person:0.4} met {Cy:place:0.8}', 'nothing', '[Di:person] {Di Lee:person:0.7}'].map((text, position) => ({ position, document: textOf(text) }));
const places = (filter: Partial<typeof everything>, order: 'given' | 'uncertain' = 'given') => queueOf(items, { ...everything, ...filter }, order).map(({ position }) => position);

describe('the queue', () => {
  it('lets through what the filter asks for', () => {
    expect(places({})).toEqual([0, 1, 2, 3, 4]);
    expect(places({ state: 'open' })).toEqual([1, 2, 4]);
    expect(places({ state: 'empty' })).toEqual([1, 2, 3]);
    expect(places({ state: 'labelled' })).toEqual([0, 4]);
    expect(places({ state: 'disagreement' })).toEqual([4]);
    expect(places({ type: 'place' })).toEqual([2]);
    expect(places({ source: 'model' })).toEqual([1, 2, 4]);
    expect(places({ scoreUpTo: 0.7 })).toEqual([2, 4]);
    expect(places({ search: 'ANN' })).toEqual([0, 1]);
    expect(places({ split: 'none', layer: 'l1', state: 'open' })).toEqual([1, 2, 4]);
    expect(places({ layer: 'other' })).toEqual([]);
  });

  it('puts the least sure first, by the lowest score of an open suggestion', () => {
    expect(places({}, 'uncertain')).toEqual([2, 4, 1, 0, 3]);
    expect(items.map(({ document }) => Number(uncertainty(document).toFixed(2)))).toEqual([0, 0.1, 0.6, 0, 0.3]);
  });

  it('sees two layers contradict each other, and no contradiction where they say the same', () => {
    const two = textOf('{Ann:person} x');
    const [first] = two.suggestions!;
    expect(disagrees({ ...two, suggestions: [first!, { ...first!, layer: 'l2' }] })).toBe(false);
    expect(disagrees({ ...two, suggestions: [first!, { ...first!, layer: 'l2', type: 'place' }] })).toBe(true);
  });

  it('finds the texts of which two layers do not say the same, also where one says nothing', () => {
    const document = textOf('{Ann:person} x');
    const [first] = document.suggestions!;
    const both = { ...document, suggestions: [{ ...first!, decided: 'rejected' as const }, { ...first!, layer: 'l2', score: 0.2 }] };
    expect(differ(both, 'l1', 'l2')).toBe(false);
    expect(differ(document, 'l1', 'l2')).toBe(true);
    expect(differ(textOf('x'), 'l1', 'l2')).toBe(false);
    expect(places({ layer: 'l1', against: 'l2' })).toEqual([1, 2, 4]);
  });
});
