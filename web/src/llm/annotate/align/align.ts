import type { Rejection } from '../annotation.ts';
import { COMPARED, contextOf, cutsWord, type Context } from './context.ts';
import { coveredBy, type Covered } from './covered.ts';
import { fold, isWhole, type Folded } from './fold.ts';
import { foldedStretch, occurrences, placesOf, type Place, type Stretch } from './places.ts';
import type { Reference } from './reference.ts';
import { MARGIN, Ways, type Match } from './ways.ts';
import { wordsOf, type FoldedWords } from './words.ts';

/** Where a stretch of an answer lies: the number of its text and UTF-16 offsets of it. Or why nobody knows. */
export type Aligned = { text: number; start: number; end: number } | Extract<Rejection, 'no-such-string' | 'ambiguous' | 'changed' | 'splits-a-character' | 'empty-span'>;

/** Ways that are compared for all stretches of an answer together. */
const MOST_MATCHES = 100_000;

/** A stretch with the type that it is marked with. */
interface MarkedStretch extends Stretch {
  type: string | null;
}

/** A stretch in the folded answer, or why there is none. */
type Sought = MarkedStretch | Extract<ReturnType<typeof foldedStretch>, string>;

/** The matches of a stretch. `isOnly`: its words occur once in the texts and once in the answer. */
type Found = { matches: Match[]; isOnly: boolean } | Exclude<Aligned, object>;

/** The one match that lies on a shortest way. */
interface BestMatch extends Match {
  length: number;
  isOnly: boolean;
}

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
 * - the same words elsewhere in the answer, not marked so, don't meet that place as well,
 * - the next word is the same before it and after it; or the next three words are on one side, or only the next where its words occur
 *   once in the texts and once in the answer.
 * @param answer without marks
 */
export function alignAnswer(answer: string, stretches: readonly MarkedStretch[], reference: Reference): AlignedAnswer {
  const folded = fold(answer);
  const sought = stretches.map((stretch): Sought => {
    const found = foldedStretch(stretch, folded);
    return typeof found === 'string' ? found : { ...found, type: stretch.type };
  });
  const copies = copiesIn(folded, reference);
  if (copies) {
    const stretches = sought.map((stretch) => (typeof stretch === 'string' ? stretch : inCopy(stretch, folded, copies, reference)));
    return { stretches, covered: reference.texts.map(() => ({ share: 1, toEnd: true })) };
  }
  const words = wordsOf(folded);
  return { stretches: alignWords(sought, folded, words, reference), covered: coveredBy(words, reference) };
}

function alignWords(sought: readonly Sought[], folded: Folded, words: FoldedWords, reference: Reference): Aligned[] {
  // Chance brings single words together, and stretches of words hide what stands alone: a place has to be the best by both measures.
  const [byStretches, byWords] = [true, false].map((onlyShared) => {
    const ways = new Ways(words, reference, onlyShared);
    const best = bestMatches(findMatches(sought, folded, reference, ways), ways);
    const contested = contestedBy(best, sought, folded, ways);
    return best.map((one, i): Aligned => {
      if (typeof one === 'string') return one;
      if (contested.has(i)) return 'ambiguous';
      return stands(one, contextOf(folded, one), words) ? placed(one.place) : 'changed';
    });
  }) as [Aligned[], Aligned[]];
  return byStretches.map((one, i) => {
    const other = byWords[i]!;
    if (typeof one === 'string') return one;
    return typeof other === 'string' || (one.text === other.text && one.start === other.start) ? other : 'ambiguous';
  });
}

/** Of each stretch the match that lies on a shortest way, if there is only one. */
function bestMatches(found: readonly Found[], ways: Ways): (BestMatch | Exclude<Aligned, object>)[] {
  const lengths = ways.through(found.flatMap((one) => (typeof one === 'string' ? [] : one.matches)));
  let next = 0;
  return found.map((one) => {
    if (typeof one === 'string') return one;
    const own = lengths.slice(next, (next += one.matches.length));
    const length = Math.min(...own);
    if (length > ways.shortest!) return 'changed';
    return own.filter((other) => other < length + MARGIN).length > 1 ? 'ambiguous' : { ...one.matches[own.indexOf(length)]!, length, isOnly: one.isOnly };
  });
}

/** Numbers of the matches whose place is met as well by the same words elsewhere in the answer, where these are marked otherwise, or not at all. */
function contestedBy(best: readonly (BestMatch | Exclude<Aligned, object>)[], sought: readonly Sought[], answer: Folded, ways: Ways): Set<number> {
  const marked = new Set(sought.flatMap((one) => (typeof one === 'string' ? [] : [keyOf(one)])));
  const known = new Map<string, Stretch[]>();
  const contested = new Set<number>();
  const rivals: (Match & { of: number; length: number })[] = [];
  for (const [of, one] of best.entries()) {
    const stretch = sought[of]!;
    if (typeof one === 'string' || typeof stretch === 'string' || one.isOnly) continue;
    const wanted = answer.text.slice(stretch.start, stretch.end);
    const key = `${stretch.type} ${wanted}`;
    const others = known.get(key) ?? occurrences(wanted, answer).filter((other) => !marked.has(keyOf({ ...other, type: stretch.type })));
    known.set(key, others);
    if (rivals.length + others.length > MOST_MATCHES) contested.add(of);
    else for (const other of others) if (ways.isNear({ stretch: other, place: one.place })) rivals.push({ stretch: other, place: one.place, of, length: one.length });
  }
  const lengths = ways.through(rivals);
  for (const [i, { of, length }] of rivals.entries()) if (lengths[i]! < length + MARGIN) contested.add(of);
  return contested;
}

const keyOf = ({ start, end, type }: Stretch & { type: string | null }): string => `${start} ${end} ${type}`;

/** The matches of each stretch, but for those that cannot lie on a shortest way. */
function findMatches(sought: readonly Sought[], answer: Folded, reference: Reference, ways: Ways): Found[] {
  const known = new Map<string, { places: ReturnType<typeof placesOf>; once: boolean }>();
  let inAll = 0;
  return sought.map((stretch): Found => {
    if (typeof stretch === 'string') return stretch;
    const wanted = answer.text.slice(stretch.start, stretch.end);
    const { places, once } = known.get(wanted) ?? { places: placesOf(wanted, reference), once: occurrences(wanted, answer).length === 1 };
    known.set(wanted, { places, once });
    if (typeof places === 'string') return places;
    const matches = places.map((place) => ({ stretch, place })).filter((match) => ways.isNear(match));
    if (ways.shortest === null || (inAll += matches.length) > MOST_MATCHES) return 'ambiguous';
    return matches.length > 0 ? { matches, isOnly: once && places.length === 1 } : 'changed';
  });
}

/** Whether what stands around a match says the same: on both sides, or on one with a border of words on the other. */
function stands({ stretch, place, isOnly }: BestMatch, { before, after }: Context, words: FoldedWords): boolean {
  if (before > 0 && after > 0) return true;
  if (before === 0 && (cutsWord(words, stretch.start) || cutsWord(place.text, place.start))) return false;
  if (after === 0 && (cutsWord(words, stretch.end) || cutsWord(place.text, place.end))) return false;
  return Math.max(before, after) >= (isOnly ? 1 : COMPARED);
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

function placed({ number, text: { folded }, start, end }: Place): Aligned {
  return { text: number, start: folded.starts[start]!, end: folded.ends[end - 1]! };
}
