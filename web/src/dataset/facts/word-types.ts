import type { Span } from '../../text/span.ts';
import { wordsTouched } from './words.ts';
import type { Words } from './words.ts';

/** What stands for "no entity" among the numbers of types. */
export const OUTSIDE = 0;

/** Numbers of type names, from 1; names get theirs when they first occur. */
export class TypeNumbers {
  readonly names: string[] = ['O'];
  #numbers = new Map<string, number>();

  of(type: string): number {
    let number = this.#numbers.get(type);
    if (number === undefined) {
      number = this.names.push(type) - 1;
      this.#numbers.set(type, number);
    }
    return number;
  }
}

/**
 * The type of each word of a document, by number, into `into`; `OUTSIDE` where there is none. A word has the type of the longest
 * span that touches it (in words; of equally long ones, of the first). Gives the number of words.
 */
export function typesOfWords(words: Words, index: number, spans: readonly Span[], types: TypeNumbers, into: Uint32Array): number {
  const begin = words.first[index]!;
  const count = words.first[index + 1]! - begin;
  into.fill(OUTSIDE, 0, count);
  const placed = spans.map((span) => ({ type: types.of(span.type), range: wordsTouched(words, index, span.start, span.end) }));
  // Shortest first, so that longer ones paint over them; the sort is stable, so equally long ones go from last to first.
  if (placed.length > 1) placed.reverse().sort((a, b) => a.range[1] - a.range[0] - (b.range[1] - b.range[0]));
  for (const { type, range } of placed) into.fill(type, range[0] - begin, range[1] - begin);
  return count;
}

/** Words of the longest document. */
export function mostWords({ first }: Words): number {
  let most = 0;
  for (let i = 1; i < first.length; i++) most = Math.max(most, first[i]! - first[i - 1]!);
  return most;
}
