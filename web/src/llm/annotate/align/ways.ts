import { distancesTo, editDistance, type Point } from './distances.ts';
import type { Stretch, Place } from './places.ts';
import type { Reference } from './reference.ts';
import { sharedWords } from './shared.ts';
import { wordFrom, wordsBefore, type FoldedWords } from './words.ts';

/** Edits by which the way through another place must be longer. Numbers of edits between the same two sequences differ by even numbers. */
export const MARGIN = 2;

/** A stretch of the answer matched to a place. */
export interface Match {
  stretch: Stretch;
  place: Place;
}

/** The ways from the words of an answer to those of the texts: each word that is left out or added counts one. */
export class Ways {
  /** Length of the shortest; null where answer and texts differ too much to be compared. */
  readonly shortest: number | null;
  readonly #answer: FoldedWords;
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  /** @param onlyShared whether words are the same only where they stand together with others that are */
  constructor(answer: FoldedWords, reference: Reference, onlyShared: boolean) {
    this.#answer = answer;
    [this.#from, this.#to] = numbered(answer.words, reference.words, onlyShared);
    this.shortest = editDistance(this.#from, this.#to);
  }

  /** Whether a way on which the match stands can be as short as the shortest of all, by the lengths that have to be made up for before it and after it. */
  isNear(match: Match): boolean {
    const [before, after] = [this.#before(match), this.#after(match)];
    return this.shortest === null || Math.abs(before.x - before.y) + Math.abs(after.x - after.y) <= this.shortest + MARGIN;
  }

  /** Length of the shortest way on which each match stands, not counting words that its borders cut. Beyond the margin it is too large or Infinity. */
  through(matches: readonly Match[]): number[] {
    if (this.shortest === null) return matches.map(() => Infinity);
    const most = this.shortest + MARGIN;
    const head = distancesTo(matches.map((match) => this.#before(match)), this.#from, this.#to, most);
    const tail = distancesTo(matches.map((match) => this.#after(match)), this.#from.toReversed(), this.#to.toReversed(), most);
    return head.map((edits, i) => edits + tail[i]!);
  }

  /** Whole words before the match. */
  #before({ stretch, place: { text, start } }: Match): Point {
    return { x: wordsBefore(this.#answer, stretch.start), y: text.firstWord + wordsBefore(text, start) };
  }

  /** Whole words after it. */
  #after({ stretch, place: { text, end } }: Match): Point {
    return { x: this.#from.length - wordFrom(this.#answer, stretch.end), y: this.#to.length - text.firstWord - wordFrom(text, end) };
  }
}

const SIGN = /^[\p{P}\p{Sm}\p{Sc}\p{Sk}]/u;

/**
 * Words as numbers, equal where the words are. With `onlyShared` those that stand in no shared stretch get numbers of their own: that
 * a word of what a model says besides also stands in a sentence that it left out means nothing.
 */
function numbered(answer: readonly string[], reference: readonly string[], onlyShared: boolean): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>();
  const numberOf = (word: string): number => {
    if (!numbers.has(word)) numbers.set(word, numbers.size);
    return numbers.get(word)!;
  };
  if (!onlyShared) return [Int32Array.from(answer, numberOf), Int32Array.from(reference, numberOf)];
  let own = -1;
  const [inAnswer, inReference] = sharedWords(answer, reference);
  const some = (words: readonly string[], isShared: Uint8Array): Int32Array => Int32Array.from(words, (word, i) => (isShared[i] ? numberOf(word) : own--));
  return [some(answer, withoutEdges(answer, inAnswer)), some(reference, withoutEdges(reference, inReference))];
}

/** Takes stops and other signs off the ends of shared stretches: one stands before and after everything. */
function withoutEdges(words: readonly string[], isShared: Uint8Array): Uint8Array {
  const kept = isShared.slice();
  for (let i = 0; i < kept.length; i++) if (!kept[i - 1] && SIGN.test(words[i]!)) kept[i] = 0;
  for (let i = kept.length - 1; i >= 0; i--) if (!kept[i + 1] && SIGN.test(words[i]!)) kept[i] = 0;
  return kept;
}
