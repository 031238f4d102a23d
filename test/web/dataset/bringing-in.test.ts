import { describe, expect, it } from 'vitest';
import type { Document, Layer } from '../../../web/src/dataset/document.ts';
import { matchTexts } from '../../../web/src/dataset/match-texts.ts';
import { nameLayers } from '../../../web/src/dataset/name-layers.ts';

const text = (string: string, ...types: string[]): Document => ({ id: string, text: string, spans: types.map((type) => ({ start: 0, end: 1, type, source: 'manual' })), origin: { file: 'f', line: 1 } });
const here = (...texts: string[]) => texts.map((string, i) => ({ position: 10 * i, document: text(string) }));

describe('labels of other files', () => {
  it('come to the text that is exactly the same', () => {
    const matched = matchTexts(here('one', 'two'), [text('two', 'a', 'b'), text('Two', 'c')], 'ann');
    expect([...matched.suggestions]).toEqual([[10, [{ start: 0, end: 1, type: 'a', source: 'manual', layer: 'ann' }, { start: 0, end: 1, type: 'b', source: 'manual', layer: 'ann' }]]]);
    expect(matched).toMatchObject({ found: 1, missing: 1, spans: 2, examples: ['Two'] });
  });
  it('of the second of two same texts come to the second here', () => {
    const matched = matchTexts(here('same', 'same'), [text('same', 'a'), text('same', 'b'), text('same', 'c')], 'ann');
    expect([...matched.suggestions].map(([position, [first]]) => [position, first?.type])).toEqual([[0, 'a'], [10, 'b']]);
    expect(matched.missing).toBe(1);
  });
  it('a text without labels is found all the same', () => expect(matchTexts(here('one'), [text('one')], 'ann')).toMatchObject({ found: 1, spans: 0 }));
});

describe('layers of a file', () => {
  let made = 0;
  const make = (name: string, source: Layer['source']): Layer => ({ id: `new ${(made += 1)}`, name, source, created: 0 });
  const suggesting = (layer: string): Document => ({ ...text('one'), suggestions: [{ start: 0, end: 1, type: 'a', source: 'model', layer }] });
  const known: Layer[] = [{ id: 'k', name: 'Tagger', source: 'model', created: 0 }, { id: 'h', name: 'Ann', source: 'manual', created: 0 }];

  it('go into one that is here with the same name and source', () => {
    const { layers, named } = nameLayers([{ name: 'Tagger', source: 'model' }], known, make);
    const documents = [suggesting('Tagger'), text('two')].map(named);
    expect(layers).toEqual(known);
    expect(documents.map(({ suggestions }) => suggestions?.[0]?.layer)).toEqual(['k', undefined]);
  });
  it('are made anew where the name or the source is another', () => {
    const { layers, named } = nameLayers([{ name: 'Ann', source: 'model' }], known, make);
    const documents = [suggesting('Ann'), suggesting('Ann'), suggesting('Other')].map(named);
    expect(layers.slice(2).map(({ name, source }) => [name, source])).toEqual([['Ann', 'model'], ['Other', 'model']]);
    const [first, second, third] = documents.map(({ suggestions }) => suggestions?.[0]?.layer);
    expect(first).toBe(layers[2]?.id);
    expect(second).toBe(first);
    expect(third).toBe(layers[3]?.id);
  });
});
