import type { Document } from './document.ts';

/** A document at its place in the data set. Places rise, with gaps where documents were removed, so a place is not an index. */
export interface Placed {
  position: number;
  document: Document;
}
