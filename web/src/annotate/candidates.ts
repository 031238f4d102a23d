import type { WordRange } from '../text/span.ts';
import type { Range } from './edits.ts';

/** Small words that stand inside names: "Bank of England", "Ludwig van Beethoven". */
const LINKS = new Set(['of', 'the', 'de', 'del', 'della', 'di', 'da', 'du', 'la', 'le', 'van', 'von', 'der', 'den', 'und', 'for', 'on', '&', "'s", '’s', '-', '–', 'al', 'bin', 'ibn', 'y', 'e', 'et']);

/** Words that begin sentences and seldom names. */
const STARTERS = new Set(
  (
    'the a an in on at by for from with to of as and or but if when while after before since during under over between among about against into through ' +
    'he she it they we i you his her its their our this that these those there here who what which where how why not no is are was were be been being ' +
    'has have had do does did will would can could should may might must also however although though because so then than both each either neither ' +
    'some any all many most other another such one two three first second last new early later following according despite unlike like within without ' +
    'throughout upon until till once only just even yet still now today every few several much more less former current his she’s it’s'
  ).split(' '),
);

const CAPITAL = /^\p{Lu}/u;
const LETTER = /\p{L}/u;

/** Stretches that look like names: runs of capitalised words with the small words between them. Scripts without capitals have none. */
export function candidates(text: string, words: readonly WordRange[]): Range[] {
  const found: Range[] = [];
  const word = (i: number): string => text.slice(words[i]![0], words[i]![1]);
  const isName = (i: number): boolean => CAPITAL.test(word(i));
  const isPart = (i: number): boolean => isName(i) || (/\d/.test(word(i)) && /^[\p{Lu}\p{N}.-]+$/u.test(word(i)));
  for (let i = 0; i < words.length; ) {
    if (!isName(i) || STARTERS.has(word(i).toLowerCase())) {
      i++;
      continue;
    }
    let last = i;
    for (let next = i + 1; next < words.length; next++) {
      if (isPart(next)) last = next;
      else if (!LINKS.has(word(next)) || next > last + 2) break;
    }
    found.push({ start: words[i]![0], end: words[last]![1] });
    i = last + 1;
  }
  return found.filter(({ start, end }) => LETTER.test(text.slice(start, end)));
}

/** The next stretch after a place (or before it) that is free of labels; null where there is none. */
export function nextFree(ranges: readonly Range[], taken: readonly Range[], from: Range, step: 1 | -1): Range | null {
  const free = ranges.filter((range) => taken.every((other) => range.end <= other.start || range.start >= other.end));
  return (step > 0 ? free.find(({ start }) => start >= from.end) : free.findLast(({ end }) => end <= from.start)) ?? null;
}
