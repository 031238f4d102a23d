import { mostWords, OUTSIDE, TypeNumbers, typesOfWords } from '../dataset/facts/word-types.ts';
import type { Words } from '../dataset/facts/words.ts';
import type { Span } from '../text/span.ts';

/** The spans of two annotators in one document. */
export interface Pair {
  index: number;
  first: readonly Span[];
  second: readonly Span[];
}

/** Words by the type that the first (rows) and the second annotator (columns) give them. */
export interface WordLabels {
  /** Of rows and columns; that of no type comes first. */
  names: string[];
  counts: number[][];
}

/** Counts the words of documents by their types. Of several spans on a word the longest counts. */
export function countWordLabels(words: Words, pairs: readonly Pair[]): WordLabels {
  const types = new TypeNumbers();
  for (const { first, second } of pairs) for (const { type } of [...first, ...second]) types.of(type);
  const counts = types.names.map(() => new Array<number>(types.names.length).fill(0));
  const rows = new Uint32Array(mostWords(words));
  const columns = new Uint32Array(rows.length);
  for (const { index, first, second } of pairs) {
    const count = typesOfWords(words, index, first, types, rows);
    typesOfWords(words, index, second, types, columns);
    for (let i = 0; i < count; i++) counts[rows[i]!]![columns[i]!]!++;
  }
  return { names: types.names, counts };
}

/** The same without the words that neither has labelled: mostly there are so many of them that they hide all else. */
export function labelledOnly(counts: readonly (readonly number[])[]): number[][] {
  return counts.map((row, i) => row.map((count, j) => (i === OUTSIDE && j === OUTSIDE ? 0 : count)));
}

/** The same with two labels: this type, or not. */
export function oneAgainstRest({ names, counts }: WordLabels, type: string): number[][] {
  // Place 0 stands for no type, whatever a type is called.
  const wanted = names.indexOf(type, 1);
  const two = [[0, 0], [0, 0]];
  counts.forEach((row, i) => row.forEach((count, j) => (two[i === wanted ? 1 : 0]![j === wanted ? 1 : 0]! += count)));
  return two;
}

/**
 * Cohen's kappa (1960) of a square table of counts: (observed − expected agreement) / (1 − expected). Null where the agreement
 * expected by chance is whole, since both give one and the same label throughout, and for an empty table.
 */
export function kappa(counts: readonly (readonly number[])[]): number | null {
  const rows = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let [same, expected] = [0, 0];
  counts.forEach((row, i) => {
    same += row[i]!;
    expected += (rows[i]! / total) * (counts.reduce((sum, other) => sum + other[i]!, 0) / total);
  });
  return expected === 1 ? null : (same / total - expected) / (1 - expected);
}
