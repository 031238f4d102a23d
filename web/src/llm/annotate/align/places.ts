import type { Rejection } from '../annotation.ts';
import { indexAt, isWhole, type Folded } from './fold.ts';
import type { Reference, ReferenceText } from './reference.ts';

/** A stretch of a string: UTF-16 offsets, or indices where the string is folded. */
export interface Stretch {
  start: number;
  end: number;
}

/** A place of a text that reads as a stretch of the answer does; indices of the folded text. */
export interface Place extends Stretch {
  /** Number of the text. */
  number: number;
  text: ReferenceText;
}

/** Places that are looked at for one stretch: a text that repeats a word more often than that names nothing with it. */
const MOST_PLACES = 2000;

/** A stretch of what was folded, in indices. White space at its edges is no part of it. */
export function foldedStretch({ start, end }: Stretch, folded: Folded): Stretch | Extract<Rejection, 'empty-span' | 'splits-a-character'> {
  const found = { start: indexAt(folded, start), end: indexAt(folded, end) };
  const splits = (index: number, offset: number): boolean => index < folded.starts.length && folded.starts[index]! < offset;
  if (splits(found.start, start) || splits(found.end, end)) return 'splits-a-character';
  return found.start < found.end ? found : 'empty-span';
}

/** Where a folded text reads like `wanted`, in whole units; at most one more than `MOST_PLACES`. */
export function occurrences(wanted: string, folded: Folded): Stretch[] {
  const found: Stretch[] = [];
  for (let start = folded.text.indexOf(wanted); start >= 0 && found.length <= MOST_PLACES; start = folded.text.indexOf(wanted, start + 1)) {
    if (isWhole(folded, start, start + wanted.length)) found.push({ start, end: start + wanted.length });
  }
  return found;
}

/** All places of the texts that read like `wanted`, or why there is none, or none that can be told from the others. */
export function placesOf(wanted: string, { texts }: Reference): Place[] | Extract<Rejection, 'no-such-string' | 'splits-a-character' | 'ambiguous'> {
  const places = texts.flatMap((text, number) => occurrences(wanted, text.folded).map((stretch): Place => ({ ...stretch, number, text })));
  if (places.length > MOST_PLACES) return 'ambiguous';
  if (places.length > 0) return places;
  return texts.some(({ folded }) => folded.text.includes(wanted)) ? 'splits-a-character' : 'no-such-string';
}
