import type { Document } from '../document.ts';
import { wordsOf } from '../formats/hold.ts';
import { Column } from './column.ts';

/** All words of a data set in columns: 12 bytes a word. Made once, used by whatever counts in words; made anew when texts change. */
export interface Words {
  /** Where the words of each document begin; one entry more than documents. */
  first: Uint32Array;
  /** Of each word: start and end in its text, in UTF-16 code units, and its number in `vocabulary`. */
  starts: Uint32Array;
  ends: Uint32Array;
  ids: Uint32Array;
  /** Different words, as they are written. */
  vocabulary: string[];
}

/** Words of documents: those of their files, else those that `splitWords` finds with the rules of the language (BCP 47 tag). */
export function wordsOfAll(documents: readonly Document[], language?: string): Words {
  const first = new Uint32Array(documents.length + 1);
  const [starts, ends, ids] = [new Column(), new Column(), new Column()];
  const numbers = new Map<string, number>();
  documents.forEach((document, index) => {
    for (const [start, end] of wordsOf(document, language)) {
      const word = document.text.slice(start, end);
      let id = numbers.get(word);
      if (id === undefined) numbers.set(word, (id = numbers.size));
      starts.push(start);
      ends.push(end);
      ids.push(id);
    }
    first[index + 1] = starts.length;
  });
  return { first, starts: starts.values(), ends: ends.values(), ids: ids.values(), vocabulary: [...numbers.keys()] };
}

/** The words that a stretch of a document touches: number of the first, and of the first after it. Both are the same where it touches none. */
export function wordsTouched({ first, starts, ends }: Words, index: number, start: number, end: number): [from: number, to: number] {
  let low = first[index]!;
  const last = first[index + 1]!;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > start) high = middle;
    else low = middle + 1;
  }
  let to = low;
  while (to < last && starts[to]! < end) to++;
  return [low, to];
}
