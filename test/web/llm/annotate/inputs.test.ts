import { describe, expect, it } from 'vitest';
import { annotateInputs, countInputs, drawExamples } from '../../../../web/src/llm/annotate/inputs.ts';

const types = ['person', 'place'].map((name) => ({ name, definition: '' }));
const texts = ['a', 'b', 'c'];
const inputs = (typesTogether: boolean, textsTogether: number) => [...annotateInputs(texts, { types, typesTogether, textsTogether }, () => [])];
const shown = (typesTogether: boolean, textsTogether: number) => inputs(typesTogether, textsTogether).map((input) => `${input.texts.join('')}${input.places.join('')}:${input.types.map(({ name }) => name).join('+')}`);

describe('requests for texts and types', () => {
  it('ask for one text and one type each, text by text', () => expect(shown(false, 1)).toEqual(['a0:person', 'a0:place', 'b1:person', 'b1:place', 'c2:person', 'c2:place']));
  it('ask for all types at once where told', () => expect(shown(true, 1)).toEqual(['a0:person+place', 'b1:person+place', 'c2:person+place']));
  it('ask for several texts at once where told, the last with fewer', () => expect(shown(true, 2)).toEqual(['ab01:person+place', 'c2:person+place']));

  it('are as many as were counted before', () => {
    for (const typesTogether of [true, false]) for (const textsTogether of [1, 2, 5]) expect(countInputs(3, { types, typesTogether, textsTogether })).toBe(inputs(typesTogether, textsTogether).length);
    expect(countInputs(3, { types: [], typesTogether: true, textsTogether: 1 })).toBe(0);
  });
});

describe('examples drawn at random', () => {
  const pool = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ text, spans: [] }));

  it('are never the text that is asked about', () => {
    for (const text of texts) expect(drawExamples(pool, 4, 1)([text]).map((example) => example.text)).not.toContain(text);
    expect(drawExamples(pool, 4, 1)(['a', 'b'])).toHaveLength(3);
    expect(new Set(drawExamples(pool, 5, 1)(['x']))).toEqual(new Set(pool));
  });

  it('are the same for the same text and seed, and others for another seed', () => {
    const drawn = (seed: number, text: string) => drawExamples(pool, 3, seed)([text]).map((example) => example.text).join('');
    expect(drawn(1, 'a')).toBe(drawn(1, 'a'));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => drawn(seed, 'a'))).size).toBeGreaterThan(1);
  });
});
