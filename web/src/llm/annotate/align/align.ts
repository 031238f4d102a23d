import type { Rejection } from '../annotation.ts';
import { COMPARED, contextOf, cutsWord, type Context } from './context.ts';
import { coveredBy, type Covered } from './covered.ts';
import { fold, isWhole, type Folded } from './fold.ts';
import { foldedStretch, placesOf, type Place, type Stretch } from './places.ts';
import type { Reference } from './reference.ts';
import { MARGIN, Ways, type Match } from './ways.ts';
import { wordsOf, type FoldedWords } from './words.ts';

/** Where a stretch of an answer lies: the number of its text and UTF-16 offsets of it. Or why nobody knows. */
export type Aligned = { text: number; start: number; end: number } | Extract<Rejection, 'no-such-string' | 'ambiguous' | 'changed' | 'splits-a-character' | 'empty-span'>;

/** Ways that are compared for all stretches of an answer together. */
const MOST_MATCHES = 100_000;

/** The matches of a stretch. `isOnly`: its words occur once in the texts and once in the answer. */
type Found = { matches: Match[]; isOnly: boolean } | Exclude<Aligned, object>;

/** What an answer says of the texts. */
export interface AlignedAnswer {
  /** Where each of the stretches lies. */
  stretches: Aligned[];
  /** What the answer gives back of each text. */
  covered: Covered[];
}

/**
 * Finds stretches of an answer in the texts that it should give back. A stretch is placed where
 * - the text reads the same in all of it, but for white space, capitals and the kinds of quotes and dashes,
 * - none of the ways from the words of the answer to those of the texts is shorter than one on which the two match, and every other
 *   place that reads the same lies on longer ways only: what was left out, added or replaced elsewhere does not move it,
 * - the next word is the same before it and after it; or the next three words are on one side, or only the next where its words occur
 *   once in the texts and once in the answer.
 * @param answer without marks
 */
export function alignAnswer(answer: string, stretches: readonly Stretch[], reference: Reference): AlignedAnswer {
  const folded = fold(answer);
  const sought = stretches.map((stretch) => foldedStretch(stretch, folded));
  const copies = copiesIn(folded, reference);
  if (copies) {
    const stretches = sought.map((stretch) => (typeof stretch === 'string' ? stretch : inCopy(stretch, folded, copies, reference)));
    return { stretches, covered: reference.texts.map(() => ({ share: 1, toEnd: true })) };
  }
  const words = wordsOf(folded);
  return { stretches: alignWords(sought, folded, words, reference), covered: coveredBy(words, reference) };
}

function alignWords(sought: readonly ReturnType<typeof foldedStretch>[], folded: Folded, words: FoldedWords, reference: Reference): Aligned[] {
  const ways = new Ways(words, reference);
  const found = findMatches(sought, folded, reference, ways);
  const lengths = ways.through(found.flatMap((one) => (typeof one === 'string' ? [] : one.matches)));
  let next = 0;
  return found.map((one) => {
    if (typeof one === 'string') return one;
    const match = shortestOnly(one.matches, lengths.slice(next, (next += one.matches.length)), ways);
    if (typeof match === 'string') return match;
    return stands(match, contextOf(folded, match), words, one.isOnly) ? placed(match.place) : 'changed';
  });
}

/** The matches of each stretch, but for those that cannot lie on a shortest way. */
function findMatches(sought: readonly ReturnType<typeof foldedStretch>[], answer: Folded, reference: Reference, ways: Ways): Found[] {
  const known = new Map<string, { places: ReturnType<typeof placesOf>; once: boolean }>();
  let inAll = 0;
  return sought.map((stretch): Found => {
    if (typeof stretch === 'string') return stretch;
    const wanted = answer.text.slice(stretch.start, stretch.end);
    const { places, once } = known.get(wanted) ?? { places: placesOf(wanted, reference), once: occursOnce(wanted, answer.text) };
    known.set(wanted, { places, once });
    if (typeof places === 'string') return places;
    const matches = places.map((place) => ({ stretch, place })).filter((match) => ways.isNear(match));
    if (ways.shortest === null || (inAll += matches.length) > MOST_MATCHES) return 'ambiguous';
    return matches.length > 0 ? { matches, isOnly: once && places.length === 1 } : 'changed';
  });
}

/** Whether what stands around a match says the same: on both sides, or on one with a border of words on the other. */
function stands({ stretch, place }: Match, { before, after }: Context, words: FoldedWords, isOnly: boolean): boolean {
  if (before > 0 && after > 0) return true;
  if (before === 0 && (cutsWord(words, stretch.start) || cutsWord(place.text, place.start))) return false;
  if (after === 0 && (cutsWord(words, stretch.end) || cutsWord(place.text, place.end))) return false;
  return Math.max(before, after) >= (isOnly ? 1 : COMPARED);
}

function occursOnce(part: string, text: string): boolean {
  return !text.includes(part, text.indexOf(part) + 1);
}

/** Where in an answer the texts stand whole, as in most answers; null where they don't, or where two such places overlap, so that each could be the one meant. */
function copiesIn(answer: Folded, { text }: Reference): number[] | null {
  const copies: number[] = [];
  for (let at = text === '' ? -1 : answer.text.indexOf(text); at >= 0; at = answer.text.indexOf(text, at + 1)) {
    if (!isWhole(answer, at, at + text.length) || at < (copies.at(-1) ?? -text.length) + text.length) return null;
    copies.push(at);
  }
  return copies.length > 0 ? copies : null;
}

function inCopy({ start, end }: Stretch, answer: Folded, copies: readonly number[], reference: Reference): Aligned {
  const copy = copies.findLast((offset) => offset <= start) ?? Infinity;
  for (const [number, text] of reference.texts.entries()) {
    const [from, to] = [start - copy - text.start, end - copy - text.start];
    if (from >= 0 && to <= text.folded.text.length) return isWhole(text.folded, from, to) ? placed({ number, text, start: from, end: to }) : 'splits-a-character';
  }
  const places = placesOf(answer.text.slice(start, end), reference);
  return typeof places === 'string' ? places : 'changed';
}

/** The match on the shortest of all ways, if there is only one. */
function shortestOnly(matches: readonly Match[], lengths: readonly number[], { shortest }: Ways): Match | 'changed' | 'ambiguous' {
  const best = Math.min(...lengths);
  if (best > shortest!) return 'changed';
  return lengths.filter((length) => length < best + MARGIN).length > 1 ? 'ambiguous' : matches[lengths.indexOf(best)]!;
}

function placed({ number, text: { folded }, start, end }: Place): Aligned {
  return { text: number, start: folded.starts[start]!, end: folded.ends[end - 1]! };
}
