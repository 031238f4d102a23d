/** Who made a span. */
export type SpanSource = 'manual' | 'llm' | 'generated' | 'model';

/** A labelled stretch of a text. Offsets are UTF-16 code units inside the program; files hold code points. */
export interface Span {
  start: number;
  end: number;
  type: string;
  source: SpanSource;
  /** Confidence between 0 and 1, where the source gives one. */
  score?: number;
  note?: string;
  /** Id of the layer it was taken from, for a label that nobody set by hand. */
  from?: string;
}

/** The place of a word in its text: start (inclusive) and end (exclusive) in UTF-16 code units. */
export type WordRange = readonly [start: number, end: number];
