/** Fractions between 0 and 1. */
export interface Score {
  precision: number;
  recall: number;
  f1: number;
}

export interface TypeScore extends Score {
  /** Gold entities of the type. */
  support: number;
}

/** Entity-level scores as seqeval counts them. */
export interface Scores {
  micro: Score;
  macro: Score;
  weighted: Score;
  types: Record<string, TypeScore>;
}

export interface Interval {
  low: number;
  high: number;
}
