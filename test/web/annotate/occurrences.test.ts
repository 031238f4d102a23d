import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countUnlabelled, labelAll, occurrences, usualType } from '../../../web/src/annotate/occurrences.ts';
import { changed } from '../../../web/src/dataset/change.ts';
import { dataSets } from '../dataset/arbitrary.ts';
import { shown, textOf } from './place.ts';

const placed = (...texts: string[]) => texts.map((text, position) => ({ position, document: textOf(text) }));
const applied = (documents: ReturnType<typeof placed>, result: ReturnType<typeof labelAll>) =>
  documents.map(({ position, document }) => {
    const change = result.documents.find((other) => other.position === position);
    return shown(change ? changed(document, change)! : document);
  });

describe('label-all', () => {
  it('labels the string wherever it stands as whole words, and nothing else', () => {
    const documents = placed('Ann met Ann.', 'Annabel and Ann’s dog', 'nobody');
    const result = labelAll(documents, 'Ann', 'person', 'en');
    expect(applied(documents, result)).toEqual(['[Ann:person] met [Ann:person].', 'Annabel and [Ann:person]’s dog', 'nobody']);
    expect(result).toMatchObject({ made: 3, leftAlone: 0 });
  });

  it('leaves places alone that have another label, and counts them', () => {
    const documents = placed('[Ann:person] and [Ann Arbor:place] and Ann');
    const result = labelAll(documents, 'Ann', 'person', 'en');
    expect(applied(documents, result)).toEqual(['[Ann:person] and [Ann Arbor:place] and [Ann:person]']);
    expect(result).toMatchObject({ made: 1, leftAlone: 1 });
    expect(countUnlabelled(documents, 'Ann', 'en')).toBe(1);
  });

  it('makes as many labels as were counted before, also in texts with every kind of character', () => {
    fc.assert(
      fc.property(dataSets(3), fc.nat(), ({ documents }, pick) => {
        const items = documents.map((document, position) => ({ position, document }));
        const { text, spans } = documents[0] ?? { text: '', spans: [] };
        const span = spans[pick % (spans.length || 1)];
        const sought = span ? text.slice(span.start, span.end) : text.slice(0, 3);
        expect(labelAll(items, sought, 'new type', 'en').made).toBe(countUnlabelled(items, sought, 'en'));
        for (const { document } of items) for (const { start, end } of occurrences(document, sought, 'en')) expect(document.text.slice(start, end)).toBe(sought);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('knows the type a string has most often', () => {
    const documents = placed('[Oslo:place] [Oslo:place] [Oslo:club]');
    expect(usualType(documents, 'Oslo')).toBe('place');
    expect(usualType(documents, 'Osl')).toBe(null);
  });
});
