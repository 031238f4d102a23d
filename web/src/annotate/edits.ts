import type { Document, Suggestion } from '../dataset/document.ts';
import type { Span } from '../text/span.ts';

/** A stretch of a text in UTF-16 code units. */
export interface Range {
  start: number;
  end: number;
}

export const overlaps = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;
const sameRange = (a: Range, b: Range): boolean => a.start === b.start && a.end === b.end;
const byPlace = (a: Span, b: Span): number => a.start - b.start || b.end - a.end;

/** Suggestions that nobody has decided on. */
export function openSuggestions(document: Document): Suggestion[] {
  return document.suggestions?.filter(({ decided }) => decided === undefined) ?? [];
}

/** Suggestions on the place of a new label are answered by it: accepted where they say the same, else rejected. */
function answered(document: Document, label: Span): Suggestion[] | undefined {
  if (!document.suggestions?.some((other) => other.decided === undefined && overlaps(other, label))) return document.suggestions;
  return document.suggestions.map((other) =>
    other.decided === undefined && overlaps(other, label) ? { ...other, decided: sameRange(other, label) && other.type === label.type ? 'accepted' : 'rejected' } : other,
  );
}

function withSpans(document: Document, spans: Span[], suggestions = document.suggestions): Document {
  return { ...document, spans, ...(suggestions ? { suggestions } : {}) };
}

/**
 * A text with one more label, made by hand. It takes the place of the labels it overlaps, because the words of a tagger
 * have one label each; with `onTop` they stay. A label on the same place changes its type either way. The document itself where
 * nothing changes.
 */
export function label(document: Document, { start, end }: Range, type: string, onTop = false): Document {
  const same = document.spans.find((span) => sameRange(span, { start, end }) && (!onTop || span.type === type));
  if (same?.type === type && same.source === 'manual' && (onTop || document.spans.every((span) => span === same || !overlaps(span, same)))) {
    const suggestions = answered(document, same);
    return suggestions === document.suggestions ? document : withSpans(document, document.spans, suggestions);
  }
  const added: Span = { start, end, type, source: 'manual', ...(same?.note ? { note: same.note } : {}) };
  const kept = document.spans.filter((span) => (onTop ? span !== same : !overlaps(span, added)));
  return withSpans(document, [...kept, added].sort(byPlace), answered(document, added));
}

export function removeLabel(document: Document, span: Span): Document {
  return withSpans(
    document,
    document.spans.filter((other) => other !== span),
  );
}

/** A label with other edges, type or note. It stays where it is in an overlap. */
export function changeLabel(document: Document, span: Span, change: Partial<Pick<Span, 'start' | 'end' | 'type' | 'note'>>): Document {
  const { score: _machine, from: _layer, note, ...kept } = { ...span, ...change, source: 'manual' as const };
  const changed: Span = { ...kept, ...(note ? { note } : {}) };
  const others = document.spans.filter((other) => other !== span && !(sameRange(other, changed) && other.type === changed.type));
  return withSpans(document, [...others, changed].sort(byPlace), answered(document, changed));
}

function decide(document: Document, chosen: ReadonlySet<Suggestion>, decided: 'accepted' | 'rejected'): Suggestion[] | undefined {
  return document.suggestions?.map((suggestion) => (chosen.has(suggestion) && suggestion.decided === undefined ? { ...suggestion, decided } : suggestion));
}

/** A suggestion becomes a label, with another type or other edges where told. */
export function accept(document: Document, suggestion: Suggestion, change: Partial<Pick<Span, 'start' | 'end' | 'type'>> = {}): Document {
  const { start, end, type } = { ...suggestion, ...change };
  const as = start === suggestion.start && end === suggestion.end && type === suggestion.type ? 'accepted' : 'rejected';
  return label({ ...document, suggestions: decide(document, new Set([suggestion]), as)! }, { start, end }, type);
}

export function reject(document: Document, suggestions: readonly Suggestion[]): Document {
  return withSpans(document, document.spans, decide(document, new Set(suggestions), 'rejected'));
}

/**
 * All open suggestions that pass become labels, the surest first: one that overlaps a label that is there, or one surer than
 * itself, is rejected. Suggestions below the score stay open; those without a score count as sure.
 */
export function acceptAll(document: Document, passes: (suggestion: Suggestion) => boolean = () => true): Document {
  const chosen = openSuggestions(document).filter(passes);
  const spans = [...document.spans];
  const accepted = new Set<Suggestion>();
  for (const suggestion of chosen.sort((a, b) => (b.score ?? 1) - (a.score ?? 1))) {
    const there = spans.find((span) => overlaps(span, suggestion));
    if (there) {
      if (sameRange(there, suggestion) && there.type === suggestion.type) accepted.add(suggestion);
      continue;
    }
    spans.push({ start: suggestion.start, end: suggestion.end, type: suggestion.type, source: 'manual' });
    accepted.add(suggestion);
  }
  if (chosen.length === 0) return document;
  const suggestions = document.suggestions!.map((suggestion) => (chosen.includes(suggestion) ? { ...suggestion, decided: accepted.has(suggestion) ? ('accepted' as const) : ('rejected' as const) } : suggestion));
  return withSpans(document, spans.sort(byPlace), suggestions);
}
