import { distancesTo, editDistance, type Point } from './distances.ts';
import type { Stretch, Place } from './places.ts';
import type { Reference } from './reference.ts';
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
    const numbers = new Map<string, number>();
    const numbered = (words: readonly string[]): Int32Array =>
      Int32Array.from(words, (word) => {
        if (!numbers.has(word)) numbers.set(word, numbers.size);
        return numbers.get(word)!;
      });
    this.#answer = answer;
    this.#from = numbered(answer.words);
    this.#to = numbered(reference.words);
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
