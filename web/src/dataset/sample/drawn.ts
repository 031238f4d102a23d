import type { Derivation, Document, Split } from '../document.ts';

/** A data set drawn from another. With the same documents, the same settings give it again. */
export interface Drawn {
  /** In the order they came: those that were drawn, and those of the splits that were not drawn from. */
  documents: Document[];
  /** Of those that were drawn. */
  ids: string[];
  how: 'few-shot' | 'first' | 'share';
  settings: Derivation['settings'];
}

/** A type of which there was less than wanted. */
export interface Shortfall {
  type: string;
  wanted: number;
  got: number;
  /** As many as there are in all documents that could be drawn. */
  available: number;
}

/** Documents without a split are learnt from, as those of train. */
export function splitOf({ split }: Document): Split {
  return split ?? 'train';
}

/** Positions of the documents of some splits. */
export function positionsIn(documents: readonly Document[], splits: readonly Split[]): number[] {
  return documents.flatMap((document, position) => (splits.includes(splitOf(document)) ? [position] : []));
}

/** What settings say of splits. */
export function namesOf(splits: readonly Split[]): string {
  return splits.join(' ');
}

/** Throws unless a share is a fraction. */
export function checkShare(share: number): void {
  if (!(share >= 0 && share <= 1)) throw new Error(`The share is ${share}: it must be between 0 and 1.`);
}

/** Throws unless a number of things is a whole number from 1. */
export function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new Error(`The number wanted is ${count}: it must be a whole number from 1.`);
}
