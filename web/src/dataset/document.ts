import type { Span, WordRange } from '../text/span.ts';

export type Split = 'train' | 'dev' | 'test';

/** Where a document came from. */
export interface Origin {
  /** Name of the file it was read from, or of the built-in sample. */
  file: string;
  /** Line of the file (from 1) on which it begins. */
  line: number;
}

/** One text with its spans. Spans are the truth; tags are derived from them. */
export interface Document {
  id: string;
  text: string;
  /** Words of the file it came from. Absent where the file holds running text: `splitWords` then finds them. */
  words?: WordRange[];
  spans: Span[];
  split?: Split;
  origin: Origin;
}

export interface EntityType {
  name: string;
  /** What counts as this type and what does not. */
  definition: string;
  /** An OKLCH hue in degrees; lightness and chroma belong to the theme. */
  colour: number;
  examples?: string[];
}

/** A data set without its documents, which are stored one by one. */
export interface Dataset {
  id: string;
  name: string;
  types: EntityType[];
  /** BCP 47 tag. */
  language: string;
  licence?: string;
  /** Milliseconds since 1970. */
  created: number;
}
