import { compareCodePoints } from '../../text/order.ts';
import type { DocumentChange } from '../change.ts';
import type { Document, Split } from '../document.ts';
import type { Placed } from '../placed.ts';
import { nearlySameText, sameText } from '../same-text.ts';

/** Documents of one text, two or more, by their index in the list. */
export type Twins = number[];

/** Documents whose texts are the same but for white space and capitals. */
export function duplicates(documents: readonly Document[]): Twins[] {
  return [...groups(documents, sameText).values()].filter(({ length }) => length > 1);
}

/** Those of the duplicates that are not labelled alike: not the same strings, with the same types, in the same order. */
export function differentlyLabelled(documents: readonly Document[], twins: readonly Twins[]): Twins[] {
  const labelsOf = ({ text, spans }: Document): string =>
    spans
      .toSorted((a, b) => a.start - b.start || b.end - a.end || compareCodePoints(a.type, b.type))
      .map(({ start, end, type }) => `${sameText(text.slice(start, end))}\n${type}`)
      .join('\n');
  return twins.filter((indices) => new Set(indices.map((index) => labelsOf(documents[index]!))).size > 1);
}

/** Documents whose texts differ, but only in punctuation or digits: one template filled in several times. */
export function nearDuplicates(documents: readonly Document[]): Twins[] {
  return [...groups(documents, nearlySameText)].flatMap(([key, indices]) => {
    if (key === '' || indices.length < 2) return [];
    return new Set(indices.map((index) => sameText(documents[index]!.text))).size > 1 ? [indices] : [];
  });
}

/** A document to be scored on whose text is also learnt from. */
export interface Leak {
  /** Its index in the list. */
  index: number;
  split: 'dev' | 'test';
  /** Indices of the documents of train (or without a split) with its text. */
  twins: number[];
}

/** Documents of dev and test whose text is also in train, where scores would reward learning by heart. */
export function alsoInTrain(documents: readonly Document[]): Leak[] {
  const train = new Map<string, number[]>();
  const isScored = (split: Split | undefined): split is 'dev' | 'test' => split === 'dev' || split === 'test';
  documents.forEach(({ text, split }, index) => {
    if (isScored(split)) return;
    const key = sameText(text);
    const twins = train.get(key);
    if (twins) twins.push(index);
    else train.set(key, [index]);
  });
  return documents.flatMap(({ text, split }, index) => {
    const twins = isScored(split) ? train.get(sameText(text)) : undefined;
    return isScored(split) && twins ? [{ index, split, twins }] : [];
  });
}

/**
 * The change that takes documents out of the data set, as one step of the history that brings them back whole. A document that only
 * lost its split would be learnt from, like every document without one, and its text is learnt already.
 */
export function setAside(documents: readonly Placed[], indices: Iterable<number>): DocumentChange[] {
  return [...new Set(indices)].sort((a, b) => a - b).map((index) => ({ position: documents[index]!.position, before: documents[index]!.document, after: null }));
}

function groups(documents: readonly Document[], keyOf: (text: string) => string): Map<string, number[]> {
  const byKey = new Map<string, number[]>();
  documents.forEach(({ text }, index) => {
    const key = keyOf(text);
    const indices = byKey.get(key);
    if (indices) indices.push(index);
    else byKey.set(key, [index]);
  });
  return byKey;
}
