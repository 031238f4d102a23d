import type { WordRange } from '../../text/span.ts';

/** The words of a text as vectors `[words, dimensions]`, of which sums over words mean something. */
export interface EmbeddedText {
  words: readonly WordRange[];
  vectors: Float32Array;
}

/** Vectors of some texts, one after another, `[vectors, dimensions]`, each of length 1: their products are cosines. */
export interface UnitVectors {
  dimensions: number;
  values: Float32Array;
  /** Number of the text that each vector is of; never falls. */
  owners: Int32Array;
}

/** The vector of a text as a whole, the sum of its words: its direction is that of its mean sub-token. None where it has no words. */
export function wholeText({ vectors }: EmbeddedText, dimensions: number): Float32Array {
  const sum = new Float32Array(vectors.length > 0 ? dimensions : 0);
  for (let word = 0; word < vectors.length; word += dimensions) for (let i = 0; i < dimensions; i++) sum[i]! += vectors[word + i]!;
  return sum;
}

/** Copies the vector that begins at `first` to a place in others, divided by its length; one of length 0 stays. */
export function copyDirection(vectors: Float32Array, first: number, dimensions: number, to: Float32Array, place: number): void {
  let squares = 0;
  for (let i = first; i < first + dimensions; i++) squares += vectors[i]! * vectors[i]!;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < dimensions; i++) to[place + i] = vectors[first + i]! * scale;
}
