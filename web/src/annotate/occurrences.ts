import { editOf, type DocumentChange } from '../dataset/change.ts';
import type { Document } from '../dataset/document.ts';
import { wordsOf } from '../dataset/formats/hold.ts';
import { label, overlaps, type Range } from './edits.ts';

/** A document at its place in a data set. */
export interface Placed {
  position: number;
  document: Document;
}

/** Where a string stands as whole words. */
export function occurrences(document: Document, sought: string, language: string): Range[] {
  let at = document.text.indexOf(sought);
  if (at < 0 || sought === '') return [];
  const words = wordsOf(document, language);
  const starts = new Set(words.map(([start]) => start));
  const ends = new Set(words.map(([, end]) => end));
  const found: Range[] = [];
  while (at >= 0) {
    const end = at + sought.length;
    const whole = starts.has(at) && ends.has(end);
    if (whole) found.push({ start: at, end });
    at = document.text.indexOf(sought, whole ? end : at + 1);
  }
  return found;
}

export interface LabelledAll {
  documents: DocumentChange[];
  /** Labels that were made. */
  made: number;
  /** Places left alone, because another label is there. */
  leftAlone: number;
}

/** Labels a string wherever it stands as whole words and no other label is. */
export function labelAll(documents: Iterable<Placed>, sought: string, type: string, language: string): LabelledAll {
  const result: LabelledAll = { documents: [], made: 0, leftAlone: 0 };
  for (const { position, document } of documents) {
    let labelled = document;
    for (const range of occurrences(document, sought, language)) {
      const there = document.spans.filter((span) => overlaps(span, range));
      if (there.some((span) => span.start === range.start && span.end === range.end && span.type === type)) continue;
      if (there.length > 0) {
        result.leftAlone++;
        continue;
      }
      labelled = label(labelled, range, type);
      result.made++;
    }
    const edit = editOf(position, document, labelled);
    if (edit) result.documents.push(edit);
  }
  return result;
}

/** How often a string stands in the documents without a label on it. */
export function countUnlabelled(documents: Iterable<Placed>, sought: string, language: string): number {
  let count = 0;
  for (const { document } of documents) {
    if (!document.text.includes(sought)) continue;
    count += occurrences(document, sought, language).filter((range) => !document.spans.some((span) => overlaps(span, range))).length;
  }
  return count;
}

/** The type that a string is labelled with most often in the documents; null where it never is. */
export function usualType(documents: Iterable<Placed>, sought: string): string | null {
  const counts = new Map<string, number>();
  for (const { document } of documents) {
    for (const { start, end, type } of document.spans) {
      if (end - start === sought.length && document.text.startsWith(sought, start)) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  return [...counts].reduce<[string, number] | null>((best, entry) => (best && best[1] >= entry[1] ? best : entry), null)?.[0] ?? null;
}
