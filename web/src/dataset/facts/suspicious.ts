import type { Span } from '../../text/span.ts';
import type { DocumentChange } from '../change.ts';
import { editOf } from '../change.ts';
import type { Document } from '../document.ts';
import type { Placed } from '../placed.ts';
import { suspiciousBoundaries } from './boundaries.ts';
import type { Occurrences } from './occurrences.ts';
import { countStrings } from './strings.ts';
import type { LabelledString } from './strings.ts';
import { OUTSIDE } from './word-types.ts';
import type { Words } from './words.ts';

/** A label that differs from what its string gets elsewhere. Often it is right: the person decides. */
export interface Suspicion {
  /** `type`: the string mostly has another type. `missed`: it is labelled nearly everywhere, but not here. `boundary`: elsewhere the article or punctuation at its edge is on the other side. */
  kind: 'type' | 'missed' | 'boundary';
  text: string;
  /** Of its document in the list. */
  index: number;
  /** As it stands; null where it is missed. */
  span: Span | null;
  /** As it would be like the others. Null where others are as many on both sides. */
  proposed: Span | null;
  /** Of `of` comparable places, `agree` are labelled as proposed. */
  agree: number;
  of: number;
}

/** A string that is labelled in this share of its occurrences is missed in the others. */
const MOSTLY = 0.8;

/** Labels worth a second look, those with the clearest majority against them first. `language` is that of the texts (BCP 47 tag). */
export function suspiciousLabels(documents: readonly Document[], words: Words, occurrences: Occurrences, language = 'en'): Suspicion[] {
  const strings = countStrings(occurrences);
  const suspicions: Suspicion[] = [];
  occurrences.string.forEach((number, i) => {
    const string = strings[number]!;
    const found = occurrences.type[i] === OUTSIDE ? missed(string, occurrences, i) : otherType(documents, string, occurrences, i);
    if (found) suspicions.push(found);
  });
  suspicions.push(...suspiciousBoundaries(documents, words, language));
  return suspicions.sort((a, b) => b.agree / b.of - a.agree / a.of || b.of - a.of || a.index - b.index);
}

/** The change that makes documents as proposed; what has no proposal, and a span that is no longer there, is left alone. */
export function correctLabels(documents: readonly Placed[], suspicions: Iterable<Suspicion>): DocumentChange[] {
  const byIndex = new Map<number, Suspicion[]>();
  for (const suspicion of suspicions) byIndex.set(suspicion.index, [...(byIndex.get(suspicion.index) ?? []), suspicion]);
  return [...byIndex].sort(([a], [b]) => a - b).flatMap(([index, own]) => {
    const { position, document } = documents[index]!;
    let { spans } = document;
    for (const { span, proposed } of own) {
      if (!proposed || (span && !spans.some((other) => isSame(other, span)))) continue;
      spans = [...spans.filter((other) => !isSame(other, proposed) && !(span && isSame(other, span))), proposed];
    }
    if (spans === document.spans) return [];
    return editOf(position, document, { ...document, spans: spans.toSorted((a, b) => a.start - b.start || b.end - a.end) }) ?? [];
  });
}

function missed({ text, types, labelled, outside }: LabelledString, { index, start, end }: Occurrences, i: number): Suspicion | null {
  if (labelled < MOSTLY * (labelled + outside)) return null;
  const proposed: Span = { start: start[i]!, end: end[i]!, type: types[0]!.type, source: 'manual' };
  return { kind: 'missed', text, index: index[i]!, span: null, proposed, agree: labelled, of: labelled + outside };
}

function otherType(documents: readonly Document[], { text, types, labelled }: LabelledString, occurrences: Occurrences, i: number): Suspicion | null {
  const [most, second] = types;
  const type = occurrences.types[occurrences.type[i]!]!;
  if (!second || (type === most!.type && most!.count > second.count)) return null;
  const index = occurrences.index[i]!;
  const [start, end] = [occurrences.start[i]!, occurrences.end[i]!];
  const span = documents[index]!.spans.find((other) => isSame(other, { start, end, type }))!;
  const proposed: Span | null = most!.count > second.count ? { ...span, type: most!.type } : null;
  return { kind: 'type', text, index, span, proposed, agree: most!.count, of: labelled };
}

function isSame(a: Span, b: Pick<Span, 'start' | 'end' | 'type'>): boolean {
  return a.start === b.start && a.end === b.end && a.type === b.type;
}
