import { describe, expect, it } from 'vitest';
import { changed } from '../../../../web/src/dataset/change.ts';
import type { Document, Split } from '../../../../web/src/dataset/document.ts';
import { alsoInTrain, differentlyLabelled, duplicates, nearDuplicates, setAside } from '../../../../web/src/dataset/facts/duplicates.ts';
import { sameText } from '../../../../web/src/dataset/same-text.ts';
import { documentOf, placed } from '../some-documents.ts';

const document = (text: string, split?: Split): Document => ({ id: text, text, spans: [], origin: { file: 'f', line: 1 }, ...(split ? { split } : {}) });

describe('sameText', () => {
  it('folds capitals and white space of every kind, and nothing else', () => {
    for (const text of ['  It  rains ', 'it\trains', 'IT\u00a0RAINS', 'it\n\nrains', 'it\u3000rains']) expect(sameText(text)).toBe('it rains');
    expect(sameText('it rains.')).not.toBe('it rains');
    expect(sameText('itrains')).not.toBe('it rains');
  });
});

describe('duplicates', () => {
  it('are found whatever their capitals and white space, in the order of the data set', () => {
    expect(duplicates(['A b', 'c', 'a  B', 'C ', 'd', 'a b'].map((text) => document(text)))).toEqual([[0, 2, 5], [1, 3]]);
  });

  it('are told apart by whether they are labelled alike', () => {
    const documents = ['[Rome]place won', '[rome]place WON', '[Bonn]place won', '[Bonn]team won', 'we won', 'we won', '[A b]x,y', '[A b]y,x'].map((line) => documentOf(line));
    expect(duplicates(documents)).toEqual([[0, 1], [2, 3], [4, 5], [6, 7]]);
    expect(differentlyLabelled(documents, duplicates(documents))).toEqual([[2, 3]]);
  });

  it('are near where only digits or punctuation differ; those that are the same throughout are left to the other list', () => {
    expect(nearDuplicates(['Up 3 % to 15.', 'up 4 % to 100', 'Up', 'up', '?', '!', 'Down 3 % to 15.'].map((text) => document(text)))).toEqual([[0, 1]]);
  });
});

describe('alsoInTrain', () => {
  const documents = [document('a', 'train'), document('A', 'test'), document('b', 'dev'), document('B'), document('c', 'test'), document(' a', 'train'), document('c', 'dev')];

  it('finds texts of dev and test that are learnt from, with their twins; a document without a split is learnt from', () => {
    expect(alsoInTrain(documents)).toEqual([
      { index: 1, split: 'test', twins: [0, 5] },
      { index: 2, split: 'dev', twins: [3] },
    ]);
  });

  it('finds none once they are set aside, and undoing brings them back whole', () => {
    const places = placed(documents);
    const changes = setAside(places, alsoInTrain(documents).map(({ index }) => index));
    expect(changes.map(({ position }) => position)).toEqual([13, 23]);
    const left = places.flatMap(({ position, document: own }) => {
      const change = changes.find((other) => other.position === position);
      return change ? (changed(own, change) ?? []) : own;
    });
    expect(alsoInTrain(left)).toEqual([]);
    expect(left).toHaveLength(5);
    expect(changes.map(({ position, before, after }) => changed(undefined, { position, before: after, after: before }))).toEqual([documents[1], documents[2]]);
  });
});
