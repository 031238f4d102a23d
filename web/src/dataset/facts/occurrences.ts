import type { Document } from '../document.ts';
import { Column } from './column.ts';
import { wordsTouched } from './words.ts';
import type { Words } from './words.ts';
import { OUTSIDE, TypeNumbers } from './word-types.ts';

/** Where the strings that are labelled somewhere occur, labelled or not, in columns: 20 bytes an occurrence. */
export interface Occurrences {
  /** Strings by number; white space within them is one space each. */
  strings: string[];
  /** Names of types by number; `OUTSIDE` stands for an occurrence that no span touches. */
  types: string[];
  /** Of each occurrence: its string, the index of its document, its place in UTF-16 code units, its type. */
  string: Uint32Array;
  index: Uint32Array;
  start: Uint32Array;
  end: Uint32Array;
  type: Uint32Array;
}

/** A word after others: words that can follow, and the string that ends here. */
interface Node {
  next: Map<number, Node> | null;
  string: number;
}

const NO_STRING = -1;

/**
 * All occurrences of the strings of spans. An unlabelled one is found by its words, written the same, where no span touches any of
 * them; of several that begin at a word the longest counts, and what lies inside it does not. Spans that cut a word are counted where
 * they stand, but their strings are not sought elsewhere.
 */
export function findOccurrences(documents: readonly Document[], words: Words): Occurrences {
  const numbers = new Map<string, number>();
  const types = new TypeNumbers();
  const columns = { string: new Column(), index: new Column(), start: new Column(), end: new Column(), type: new Column() };
  const add = (string: number, index: number, start: number, end: number, type: number): void => {
    columns.string.push(string);
    columns.index.push(index);
    columns.start.push(start);
    columns.end.push(end);
    columns.type.push(type);
  };
  const roots: (Node | undefined)[] = [];
  const touched = new Uint8Array(words.ids.length);

  documents.forEach(({ text, spans }, index) => {
    for (const { start, end, type } of spans) {
      const string = numberOf(numbers, text.slice(start, end).replace(/\s+/g, ' '));
      add(string, index, start, end, types.of(type));
      const [from, to] = wordsTouched(words, index, start, end);
      touched.fill(1, from, to);
      if (from < to && words.starts[from] === start && words.ends[to - 1] === end) plant(roots, words.ids, from, to, string);
    }
  });

  for (let index = 0; index < documents.length; index++) {
    const last = words.first[index + 1]!;
    for (let i = words.first[index]!; i < last; i++) {
      let node = touched[i] ? undefined : roots[words.ids[i]!];
      let [string, after] = [NO_STRING, i];
      for (let j = i + 1; node; j++) {
        if (node.string !== NO_STRING) [string, after] = [node.string, j];
        node = j < last && !touched[j] ? node.next?.get(words.ids[j]!) : undefined;
      }
      if (string === NO_STRING) continue;
      add(string, index, words.starts[i]!, words.ends[after - 1]!, OUTSIDE);
      i = after - 1;
    }
  }
  const { string, index, start, end, type } = columns;
  return {
    strings: [...numbers.keys()],
    types: types.names,
    ...{ string: string.values(), index: index.values(), start: start.values(), end: end.values(), type: type.values() },
  };
}

function numberOf(numbers: Map<string, number>, string: string): number {
  let number = numbers.get(string);
  if (number === undefined) numbers.set(string, (number = numbers.size));
  return number;
}

/** Adds a string by its words. */
function plant(roots: (Node | undefined)[], ids: Uint32Array, from: number, to: number, string: number): void {
  let node = (roots[ids[from]!] ??= { next: null, string: NO_STRING });
  for (let i = from + 1; i < to; i++) {
    node.next ??= new Map();
    let next = node.next.get(ids[i]!);
    if (!next) node.next.set(ids[i]!, (next = { next: null, string: NO_STRING }));
    node = next;
  }
  node.string = string;
}
