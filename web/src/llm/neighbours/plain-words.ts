import type { WordRange } from '../../text/span.ts';

/** A word that labelled texts have this often and, of so many times, at most once within an entity, is taken for one that is no part of entities. */
const SEEN = 3;
const ONCE_IN = 10;

/** Words of labelled texts, and how often each stands in an entity. Upper and lower case are the same. */
export class WordCounts {
  readonly #counts = new Map<string, { seen: number; labelled: number }>();

  /** @param labelled numbers of the words that are in an entity */
  add(text: string, words: readonly WordRange[], labelled: ReadonlySet<number>): void {
    words.forEach((range, number) => {
      const word = wordAt(text, range);
      const count = this.#counts.get(word) ?? { seen: 0, labelled: 0 };
      count.seen++;
      if (labelled.has(number)) count.labelled++;
      this.#counts.set(word, count);
    });
  }

  /** The words that are no part of entities: "the", "was", a comma. */
  plain(): Set<string> {
    return new Set([...this.#counts].flatMap(([word, { seen, labelled }]) => (seen >= SEEN && labelled * ONCE_IN <= seen ? [word] : [])));
  }
}

/** Numbers of a text's words that are not plain ones; of all of them where there are only plain ones. */
export function wordsBut(plain: ReadonlySet<string>, text: string, words: readonly WordRange[]): readonly number[] {
  const kept = words.flatMap((range, number) => (plain.has(wordAt(text, range)) ? [] : [number]));
  return kept.length > 0 ? kept : [...words.keys()];
}

const wordAt = (text: string, [start, end]: WordRange): string => text.slice(start, end).toLowerCase();
