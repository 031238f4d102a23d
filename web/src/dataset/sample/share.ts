import type { Document, Split } from '../document.ts';
import { fork } from '../random.ts';
import { checkShare, namesOf, positionsIn } from './drawn.ts';
import type { Drawn } from './drawn.ts';

export interface ShareSettings {
  /** A fraction. */
  share: number;
  /** Those that are drawn from, each by itself; the others stay whole. */
  splits: readonly Split[];
  seed: number;
}

/** A share of the documents of each split, rounded. A smaller share of the same seed lies within a larger one. */
export function sampleShare(documents: readonly Document[], { share, splits, seed }: ShareSettings): Drawn {
  checkShare(share);
  const chosen = new Set<number>();
  for (const split of splits) {
    const positions = positionsIn(documents, [split]);
    const order = fork(seed, `share ${split}`).shuffle(positions);
    for (const position of order.slice(0, Math.round(share * positions.length))) chosen.add(position);
  }
  const candidates = new Set(positionsIn(documents, splits));
  return {
    documents: documents.filter((_, position) => chosen.has(position) || !candidates.has(position)),
    ids: documents.flatMap(({ id }, position) => (chosen.has(position) ? [id] : [])),
    how: 'share',
    settings: { share, splits: namesOf(splits), seed },
  };
}
