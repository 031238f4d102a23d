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

  constructor(answer: FoldedWords, reference: Reference) {
    this.#answer = answer;
    [this.#from, this.#to] = comparable(answer.words, reference.words);
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

/**
 * Words as numbers, equal where the words are and where both sides share them. Others get numbers of their own: that a word of what
 * a model says besides also stands in a sentence that it left out means nothing.
 */
function comparable(answer: readonly string[], reference: readonly string[]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>();
  const numberOf = (word: string): number => {
    if (!numbers.has(word)) numbers.set(word, numbers.size);
    return numbers.get(word)!;
  };
  let own = -1;
  const [isSharedInAnswer, isSharedInReference] = sharedWords(answer, reference);
  const numbered = (words: readonly string[], isShared: Uint8Array): Int32Array => Int32Array.from(words, (word, i) => (isShared[i] ? numberOf(word) : own--));
  return [numbered(answer, isSharedInAnswer), numbered(reference, isSharedInReference)];
}
