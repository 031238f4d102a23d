import type { Document, Split, Suggestion } from '../dataset/document.ts';
import type { SpanSource } from '../text/span.ts';
import { openSuggestions, overlaps } from './edits.ts';
import type { Placed } from './occurrences.ts';

/** Which texts are worked on; what is null or empty lets everything through. */
export interface QueueFilter {
  split: Split | 'none' | null;
  /** `open`: has suggestions that wait; `empty`: has no label; `labelled`: has one; `disagreement`: a suggestion contradicts the labels, or another layer. */
  state: 'open' | 'empty' | 'labelled' | 'disagreement' | null;
  /** A type that a label or an open suggestion has. */
  type: string | null;
  source: SpanSource | null;
  /** Open suggestions of one layer. */
  layer: string | null;
  /** A second layer: texts of which it and `layer` do not say the same. */
  against: string | null;
  /** Has an open suggestion with a score of at most this. */
  scoreUpTo: number | null;
  search: string;
}

export const everything: QueueFilter = { split: null, state: null, type: null, source: null, layer: null, against: null, scoreUpTo: null, search: '' };

export type QueueOrder = 'given' | 'uncertain';

/**
 * How unsure the suggestions of a text are: 1 minus the lowest score of an open one (least confidence; Settles 2009, section 3.1);
 * 0 where none waits. One without a score counts as half sure.
 */
export function uncertainty(document: Document): number {
  const lowest = openSuggestions(document).reduce((low, { score = 0.5 }) => Math.min(low, score), 1);
  return 1 - lowest;
}

/** Whether layers contradict the labels of a text that has some, or each other. A suggestion that says what a label says does not. */
export function disagrees(document: Document): boolean {
  const suggestions = document.suggestions ?? [];
  if (suggestions.length === 0) return false;
  const key = (span: { start: number; end: number; type: string }): string => `${span.start} ${span.end} ${span.type}`;
  const labels = new Set(document.spans.map(key));
  if (labels.size > 0 && suggestions.some((suggestion) => suggestion.decided !== 'rejected' && !labels.has(key(suggestion)))) return true;
  return suggestions.some((a) => suggestions.some((b) => a.layer !== b.layer && overlaps(a, b) && key(a) !== key(b)));
}

/** Whether two layers say different things of a text, whatever was decided on them; nothing is a thing to say, too. */
export function differ({ suggestions = [] }: Document, first: string, second: string): boolean {
  const said = (id: string): Set<string> => new Set(suggestions.filter(({ layer }) => layer === id).map(({ start, end, type }) => `${start} ${end} ${type}`));
  const [one, other] = [said(first), said(second)];
  return one.size !== other.size || [...one].some((key) => !other.has(key));
}

/** Texts that a filter lets through, in the order of work. */
export function queueOf<Item extends Placed>(items: readonly Item[], filter: QueueFilter, order: QueueOrder): Item[] {
  const sought = filter.search.trim().toLowerCase();
  const through = items.filter(({ document }) => passes(document, filter, sought));
  if (order === 'given') return through;
  const scores = new Map(through.map((item) => [item, uncertainty(item.document)]));
  return through.sort((a, b) => scores.get(b)! - scores.get(a)! || a.position - b.position);
}

function passes(document: Document, filter: QueueFilter, sought: string): boolean {
  const { split, state, type, source, layer, against, scoreUpTo } = filter;
  if (split && (document.split ?? 'none') !== split) return false;
  if (sought && !document.text.toLowerCase().includes(sought)) return false;
  if (state === 'empty' && document.spans.length > 0) return false;
  if (state === 'labelled' && document.spans.length === 0) return false;
  if (state === 'disagreement' && !disagrees(document)) return false;
  if (layer && against) return differ(document, layer, against);
  if (state !== 'open' && !type && !source && !layer && scoreUpTo === null) return true;
  const open = openSuggestions(document);
  if (state === 'open' && open.length === 0) return false;
  if (layer && !open.some((suggestion) => suggestion.layer === layer)) return false;
  if (scoreUpTo !== null && !open.some(({ score }) => (score ?? 0.5) <= scoreUpTo)) return false;
  const spans = [...document.spans, ...open];
  return (!type || spans.some((span) => span.type === type)) && (!source || spans.some((span) => span.source === source));
}

/** Whether a suggestion is one of those a bulk action is about. */
export function inBulk(filter: QueueFilter, scoreFrom: number): (suggestion: Suggestion) => boolean {
  return ({ layer, type, score }) => (!filter.layer || layer === filter.layer) && (!filter.type || type === filter.type) && (score ?? 1) >= scoreFrom;
}
