import type { Span, SpanSource, WordRange } from '../text/span.ts';

export type Split = 'train' | 'dev' | 'test';

/** Where a document came from. */
export interface Origin {
  /** Name of the file it was read from, or of the built-in sample. */
  file: string;
  /** Line of the file (from 1) on which it begins. */
  line: number;
}

/** A span that a model, an LLM or another person proposes. It becomes a label when it is accepted, and not before. */
export interface Suggestion extends Span {
  /** Id of the layer it belongs to. */
  layer: string;
  /** What became of it; absent while it is open. It stays in its layer, so that layers can be compared with the labels. */
  decided?: 'accepted' | 'rejected';
}

/** One text with its spans. Spans are the truth; tags are derived from them. */
export interface Document {
  id: string;
  text: string;
  /** Words of the file it came from. Absent where the file holds running text: `splitWords` then finds them. */
  words?: WordRange[];
  spans: Span[];
  /** Spans of other layers. Absent where there are none. */
  suggestions?: Suggestion[];
  split?: Split;
  origin: Origin;
}

/** An annotation layer beside the labels: one run of an LLM, one model, one other annotator. */
export interface Layer {
  id: string;
  name: string;
  source: SpanSource;
  /** Milliseconds since 1970. */
  created: number;
  /** Id of the model that made it. */
  model?: string;
  /** Of one made by an LLM: what was asked, which model answered, and whether that was a simulation. */
  llm?: { task: string; model: string; kind: 'proxy' | 'local' | 'simulated' };
}

export interface EntityType {
  name: string;
  /** What counts as this type and what does not. */
  definition: string;
  /** An OKLCH hue in degrees; lightness and chroma belong to the theme. */
  colour: number;
  examples?: string[];
  /** The key that labels with it in the annotator; its place in the list where absent. */
  key?: string;
}

/** How a data set was made from another. With the same source, the same numbers give the same data set again. */
export interface Derivation {
  /** Id and name of the data set it was made from, as it was called then. */
  from: { id: string; name: string };
  /** What was done, by name: `copy`, `merge`, `noise`, `sample`, … */
  how: string;
  /** With which numbers: `{ share: 0.2, seed: 1 }`. */
  settings: Readonly<Record<string, string | number>>;
  /** Milliseconds since 1970. */
  at: number;
}

/** A data set without its documents, which are stored one by one. */
export interface Dataset {
  id: string;
  name: string;
  types: EntityType[];
  /** BCP 47 tag. */
  language: string;
  licence?: string;
  layers: Layer[];
  derivation?: Derivation;
  /** Milliseconds since 1970. */
  created: number;
}
