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

/** The vectors of some words of each text; texts may have none. */
export function wordVectors(texts: readonly EmbeddedText[], dimensions: number, wordsOf: (text: number) => Iterable<number>): UnitVectors {
  const parts: Float32Array[] = [];
  const owners: number[] = [];
  texts.forEach(({ vectors }, text) => {
    for (const word of wordsOf(text)) {
      parts.push(vectors.subarray(word * dimensions, (word + 1) * dimensions));
      owners.push(text);
    }
  });
  return { dimensions, values: normalised(parts, dimensions), owners: Int32Array.from(owners) };
}

/** One vector a text: the direction of the sum of its words, that is of its mean sub-token. A text without words has none. */
export function textVectors(texts: readonly EmbeddedText[], dimensions: number): UnitVectors {
  const owners = texts.flatMap(({ words }, text) => (words.length > 0 ? [text] : []));
  const sums = owners.map((text) => {
    const sum = new Float32Array(dimensions);
    const { vectors } = texts[text]!;
    for (let word = 0; word < vectors.length; word += dimensions) for (let i = 0; i < dimensions; i++) sum[i]! += vectors[word + i]!;
    return sum;
  });
  return { dimensions, values: normalised(sums, dimensions), owners: Int32Array.from(owners) };
}

/** Copies vectors side by side, each divided by its length; a vector of length 0 stays. */
function normalised(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const values = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, row) => {
    let squares = 0;
    for (let i = 0; i < dimensions; i++) squares += vector[i]! * vector[i]!;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = 0; i < dimensions; i++) values[row * dimensions + i] = vector[i]! * scale;
  });
  return values;
}
