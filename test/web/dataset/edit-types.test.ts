import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, reverse, type Change } from '../../../web/src/dataset/change.ts';
import type { Document, EntityType } from '../../../web/src/dataset/document.ts';
import { changingType, countType, movingType, removingType } from '../../../web/src/dataset/edit-types.ts';
import type { Placed } from '../../../web/src/dataset/placed.ts';
import { dataSets } from './arbitrary.ts';

const type = (name: string): EntityType => ({ name, definition: '', colour: 0 });
const types = ['a', 'b', 'c'].map(type);
const naming = { what: 'test', at: 0 };
const document: Document = {
  id: 'x',
  text: 'one two three',
  origin: { file: 'f', line: 1 },
  spans: [
    { start: 0, end: 3, type: 'a', source: 'manual', note: 'sure' },
    { start: 0, end: 3, type: 'b', source: 'manual' },
    { start: 4, end: 7, type: 'a', source: 'manual' },
  ],
  suggestions: [
    { start: 8, end: 13, type: 'a', source: 'model', layer: 'l' },
    { start: 0, end: 3, type: 'c', source: 'model', layer: 'l' },
  ],
};
const placed: Placed[] = [{ position: 7, document }, { position: 9, document: { ...document, id: 'y', spans: [], suggestions: [] } }];
const after = (change: Change, before: readonly Placed[] = placed): Document[] =>
  before.map(({ position, document: own }) => {
    const edit = change.documents.find((candidate) => candidate.position === position);
    return edit ? changed(own, edit)! : own;
  });
const names = (list: readonly { type: string }[] = []) => list.map((span) => span.type);

describe('a type', () => {
  it('that gets another name gives it to every label and suggestion, and to the list', () => {
    const change = changingType(types, placed, 'a', { ...type('z'), definition: 'new' }, naming);
    expect(names(after(change)[0]!.spans)).toEqual(['z', 'b', 'z']);
    expect(names(after(change)[0]!.suggestions)).toEqual(['z', 'c']);
    expect(change.types?.after.map(({ name }) => name)).toEqual(['z', 'b', 'c']);
  });
  it('that keeps its name changes no text', () => expect(changingType(types, placed, 'a', { ...type('a'), colour: 9 }, naming).documents).toEqual([]));
  it('that is deleted takes its labels and suggestions with it', () => {
    const change = removingType(types, placed, 'a', null, naming);
    expect(names(after(change)[0]!.spans)).toEqual(['b']);
    expect(names(after(change)[0]!.suggestions)).toEqual(['c']);
    expect(change.types?.after.map(({ name }) => name)).toEqual(['b', 'c']);
  });
  it('that is deleted into another leaves one label where both had one', () => {
    const [first] = after(removingType(types, placed, 'a', 'b', naming));
    expect(first!.spans).toEqual([document.spans[1], { ...document.spans[2], type: 'b' }]);
    expect(names(first!.suggestions)).toEqual(['b', 'c']);
  });
  it('of which every suggestion goes leaves no empty list behind', () => {
    const only: Placed[] = [{ position: 1, document: { ...document, suggestions: document.suggestions!.slice(0, 1) } }];
    expect(after(removingType(types, only, 'a', null, naming), only)[0]).not.toHaveProperty('suggestions');
  });
  it('is counted with its labels and its suggestions', () => expect(countType(placed, 'a')).toEqual({ labels: 2, suggestions: 1 }));
  it('moves to another place', () => {
    expect(movingType(types, 2, 0, naming).types?.after.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    expect(movingType(types, 0, 1, naming).types?.after.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });
});

it('whatever is deleted or renamed comes back as it was', () => {
  fc.assert(
    fc.property(dataSets(), fc.nat(), fc.boolean(), (dataset, choice, into) => {
      const own = dataset.documents.map((one, position) => ({ position, document: one }));
      const all = [...new Set(own.flatMap(({ document: one }) => names(one.spans)))].map(type);
      if (all.length === 0) return;
      const chosen = all[choice % all.length]!.name;
      const change = removingType(all, own, chosen, into ? all[0]!.name : null, naming);
      const done = after(change, own).map((one, position) => ({ position, document: one }));
      expect(after(reverse(change), done)).toEqual(own.map(({ document: one }) => one));
    }),
    { seed: 5, numRuns: 60 },
  );
});
