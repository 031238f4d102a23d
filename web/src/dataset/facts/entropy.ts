import type { Document } from '../document.ts';
import { mostWords, OUTSIDE, TypeNumbers, typesOfWords } from './word-types.ts';
import type { Words } from './words.ts';

/** Shannon entropy of counts, in bits: 0 where all are of one kind, log2 n where n kinds are equally frequent. */
export function entropy(counts: Iterable<number>): number {
  let [total, sum] = [0, 0];
  for (const count of counts) {
    if (count <= 0) continue;
    total += count;
    sum += count * Math.log2(count);
  }
  return total ? Math.max(0, Math.log2(total) - sum / total) : 0;
}

export interface LabelEntropy {
  /** Of the types of all entities, in bits, and the most it could be with as many types. */
  types: number;
  mostTypes: number;
  /** Of the types of all words, with `O` as one of them. */
  words: number;
  mostWords: number;
  /** Fraction of the words that belong to no entity. */
  outside: number;
}

/** How evenly labels are spread. */
export function labelEntropy(documents: readonly Document[], words: Words): LabelEntropy {
  const types = new TypeNumbers();
  const [ofSpans, ofWords]: [number[], number[]] = [[0], [0]];
  const row = new Uint32Array(mostWords(words));
  documents.forEach(({ spans }, index) => {
    for (const { type } of spans) ofSpans[types.of(type)] = (ofSpans[types.of(type)] ?? 0) + 1;
    const count = typesOfWords(words, index, spans, types, row);
    for (let i = 0; i < count; i++) ofWords[row[i]!] = (ofWords[row[i]!] ?? 0) + 1;
  });
  const kinds = types.names.length;
  const total = words.ids.length;
  return {
    types: entropy(ofSpans),
    mostTypes: kinds > 1 ? Math.log2(kinds - 1) : 0,
    words: entropy(ofWords.map((count) => count ?? 0)),
    mostWords: Math.log2(kinds),
    outside: total ? ofWords[OUTSIDE]! / total : 0,
  };
}
