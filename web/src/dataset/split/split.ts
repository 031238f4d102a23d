import type { DocumentChange } from '../change.ts';
import { editOf } from '../change.ts';
import type { Derivation, Document, Split } from '../document.ts';
import type { Placed } from '../placed.ts';
import { fork } from '../random.ts';
import { checkShares, quotas, SPLITS } from './shares.ts';
import type { Shares } from './shares.ts';
import { stratify } from './stratify.ts';
import { unitsOf } from './units.ts';
import type { Unit } from './units.ts';

export interface SplitSettings {
  /** `ratio`: by number of documents alone. `stratified`: so that each split gets its share of each entity type too. */
  by: 'ratio' | 'stratified';
  shares: Shares;
  seed: number;
  /** Whether documents of the same text always land in the same split. */
  together: boolean;
}

/** Where each document goes. */
export interface Splitting {
  /** One a document. */
  splits: Split[];
  ids: Record<Split, string[]>;
  how: 'split';
  settings: Derivation['settings'];
}

/**
 * Deals documents out to train, dev and test by seed, whatever split they had. By ratio the sizes are those of the shares, rounded;
 * with `together`, or stratified, they can be some texts off, since texts that belong together and types come first.
 * Throws where the shares do not add up to 1.
 */
export function splitDocuments(documents: readonly Document[], { by, shares, seed, together }: SplitSettings): Splitting {
  checkShares(shares);
  const random = fork(seed, 'split');
  const units = random.shuffle(unitsOf(documents, together));
  const sizes = quotas(documents.length, shares);
  const ofUnits = by === 'stratified' ? stratify(units, sizes, random) : fill(units, sizes);
  const splits = new Array<Split>(documents.length);
  units.forEach(({ positions }, i) => positions.forEach((position) => (splits[position] = ofUnits[i]!)));
  const ids: Record<Split, string[]> = { train: [], dev: [], test: [] };
  documents.forEach(({ id }, position) => ids[splits[position]!].push(id));
  return { splits, ids, how: 'split', settings: { by, ...shares, seed, together: together ? 'yes' : 'no' } };
}

/** The change that gives documents their splits, one each; those that keep theirs are not in it. */
export function splitChanges(documents: readonly Placed[], splits: readonly Split[]): DocumentChange[] {
  return documents.flatMap(({ position, document }, i) => editOf(position, document, { ...document, split: splits[i]! }) ?? []);
}

/** Units as they come, each into the first split with room for it; where none has, into the one with most room. */
function fill(units: readonly Unit[], sizes: Readonly<Record<Split, number>>): Split[] {
  const room = { ...sizes };
  return units.map(({ positions: { length } }) => {
    const open = SPLITS.filter((split) => sizes[split] > 0);
    const split = open.find((candidate) => room[candidate] >= length) ?? open.reduce((best, other) => (room[other] > room[best] ? other : best));
    room[split] -= length;
    return split;
  });
}
