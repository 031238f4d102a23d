import { describe, expect, it } from 'vitest';
import type { Dataset, Document, EntityType } from '../../../web/src/dataset/document.ts';
import { mergeDatasets } from '../../../web/src/dataset/merge-datasets.ts';
import { hueOf } from '../../../web/src/dataset/types.ts';

const dataset = (id: string, types: EntityType[], more: Partial<Dataset> = {}): Dataset => ({ id, name: `Set ${id}`, types, language: 'en', layers: [], created: 1, ...more });
const document = (id: string, text: string): Document => ({ id, text, spans: [], origin: { file: 'f', line: 1 } });
const type = (name: string, definition: string, more: Partial<EntityType> = {}): EntityType => ({ name, definition, colour: 1, ...more });
const naming = { id: 'new', name: 'Both', created: 9 };

describe('merged data sets', () => {
  it('share types of one name, as the first describes them; an empty definition is filled', () => {
    const a = { dataset: dataset('a', [type('person', 'Human.', { key: '1' }), type('place', '')]), documents: [] };
    const b = { dataset: dataset('b', [type('place', 'Somewhere.', { colour: 2 }), type('event', 'Something.', { key: '1' }), type('person', 'Other.')]), documents: [] };
    expect(mergeDatasets([a, b], naming, { dropDuplicates: false }).dataset.types).toEqual([type('person', 'Human.', { key: '1' }), type('place', 'Somewhere.'), type('event', 'Something.', { colour: hueOf(2) })]);
  });

  it('keep all texts in order under ids of their own, or the first of each text', () => {
    const a = { dataset: dataset('a', []), documents: [document('d1', 'one'), document('d1 (2)', 'two')] };
    const b = { dataset: dataset('b', []), documents: [document('d1', 'three'), document('d2', 'one')] };
    const kept = mergeDatasets([a, b], naming, { dropDuplicates: false }).documents;
    expect(kept.map(({ id, text }) => [id, text])).toEqual([['d1', 'one'], ['d1 (2)', 'two'], ['d1 (3)', 'three'], ['d2', 'one']]);
    const dropped = mergeDatasets([a, b], naming, { dropDuplicates: true });
    expect(dropped.documents.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(dropped.dataset.derivation).toEqual({ from: { id: 'a', name: 'Set a' }, how: 'merge', settings: { with: 'Set b', duplicates: 'dropped', dropped: 1 }, at: 9 });
  });

  it('name all licences, and each layer once', () => {
    const layer = { id: 'l', name: 'tagger', source: 'model' as const, created: 1 };
    const parts = [dataset('a', [], { licence: 'MIT', layers: [layer] }), dataset('b', [], { licence: 'CC0', layers: [layer, { ...layer, id: 'm' }] }), dataset('c', [], { licence: 'MIT' })];
    const { dataset: merged } = mergeDatasets(parts.map((part) => ({ dataset: part, documents: [] })), naming, { dropDuplicates: false });
    expect(merged.licence).toBe('MIT + CC0');
    expect(merged.layers.map(({ id }) => id)).toEqual(['l', 'm']);
  });

  it('are at least two', () => {
    expect(() => mergeDatasets([{ dataset: dataset('a', []), documents: [] }], naming, { dropDuplicates: false })).toThrow('at least two');
  });
});
