import type { Document } from './document.ts';
import { fork } from './random.ts';

/** Documents in two parts, each in the order they came. */
export interface HoldOut {
  kept: Document[];
  heldOut: Document[];
}

/** Sets a share of documents aside, drawn by seed: at least one and never all where there are two or more and the share is above 0. */
export function holdOut(documents: readonly Document[], share: number, seed: number): HoldOut {
  if (!(share >= 0 && share < 1)) throw new Error(`The share held out is ${share}: it must be at least 0 and less than 1.`);
  const wanted = share > 0 ? Math.max(1, Math.round(documents.length * share)) : 0;
  const count = Math.max(0, Math.min(wanted, documents.length - 1));
  const order = fork(seed, 'hold-out').shuffle(documents.map((_, i) => i));
  const chosen = new Set(order.slice(0, count));
  return { kept: documents.filter((_, i) => !chosen.has(i)), heldOut: documents.filter((_, i) => chosen.has(i)) };
}
