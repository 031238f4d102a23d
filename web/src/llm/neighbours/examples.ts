import type { Example } from '../annotate/annotation.ts';

/**
 * Examples for the texts of a request, in the form that `annotateInputs` asks for: those found for its texts, the most alike first; where there are several
 * texts, the first of each, then the second of each, and so on, up to `count` and none twice. None of the texts is an example for another.
 * @param nearest for each text numbers of the pool, as `nearestTexts` finds them
 */
export function nearestExamples(pool: readonly Example[], texts: readonly string[], nearest: readonly ArrayLike<number>[], count: number): (asked: readonly string[]) => Example[] {
  const places = new Map(texts.map((text, place) => [text, place]));
  return (asked) => {
    const lists = asked.map((text) => nearest[places.get(text) ?? -1] ?? []);
    const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
    const found = new Set<number>();
    for (let rank = 0; rank < longest; rank++) {
      for (const list of lists) {
        if (found.size === count) break;
        if (rank < list.length && !asked.includes(pool[list[rank]!]!.text)) found.add(list[rank]!);
      }
    }
    return [...found].map((number) => pool[number]!);
  };
}
