import type { Span, WordRange } from '../../text/span.ts';
import { spansToTags, tagsToSpans } from '../../text/tags.ts';
import { splitWords } from '../../text/words.ts';
import type { Document } from '../document.ts';
import type { Holds } from './format.ts';

/** What a format cannot say. */
export type LossKind = 'spans' | 'overlap' | 'part-of-word' | 'no-word' | 'white-space' | 'words' | 'score' | 'note' | 'source' | 'split' | 'suggestion';

/** How often each thing is lost; what is not lost is not in it. */
export type Losses = Map<LossKind, number>;

/** Words of a document: those of its file, else those that `splitWords` finds. */
export function wordsOf(document: Pick<Document, 'text' | 'words'>, language?: string): readonly WordRange[] {
  return document.words ?? splitWords(document.text, language);
}

/** A document reduced to what a format holds, so that writing and reading it again gives exactly this. `losses` counts what went. */
export function hold(document: Document, holds: Holds, language?: string, losses: Losses = new Map()): Document {
  const lose = (kind: LossKind, count = 1): void => {
    if (count > 0) losses.set(kind, (losses.get(kind) ?? 0) + count);
  };
  const words = wordsOf(document, language);
  let spans = heldSpans(document.spans, words, holds, lose);
  spans = spans.map((span) => heldSpan(span, holds, lose));
  const placed = heldText(document, words, spans, holds, lose);
  const { id, origin, split, suggestions } = document;
  if (document.words && !holds.words && holds.text !== 'words') lose('words');
  if (suggestions?.length && !holds.suggestions) lose('suggestion', suggestions.length);
  if (split && !holds.splits) lose('split');
  return {
    id,
    ...placed,
    ...(suggestions?.length && holds.suggestions ? { suggestions } : {}),
    ...(split && holds.splits ? { split } : {}),
    origin,
  };
}

type Lose = (kind: LossKind, count?: number) => void;

function heldSpans(spans: readonly Span[], words: readonly WordRange[], holds: Holds, lose: Lose): Span[] {
  if (holds.spans === 'any') return [...spans];
  if (holds.spans === 'none') {
    lose('spans', spans.length);
    return [];
  }
  if (holds.spans === 'words') return spans.flatMap((span) => widened(span, words, lose));
  const tagging = spansToTags(words, spans);
  lose('overlap', tagging.dropped.length);
  lose('part-of-word', tagging.widened.length);
  lose('no-word', tagging.empty.length);
  const gone = new Set([...tagging.dropped, ...tagging.empty]);
  const kept = spans.filter((span) => !gone.has(span));
  return tagsToSpans(words, tagging.tags, 'manual').map((span) => {
    const original = kept.find(({ start, end, type }) => type === span.type && start < span.end && end > span.start)!;
    return { ...original, start: span.start, end: span.end };
  });
}

function widened(span: Span, words: readonly WordRange[], lose: Lose): Span[] {
  const touched = words.filter(([start, end]) => start < span.end && end > span.start);
  if (touched.length === 0) {
    lose('no-word');
    return [];
  }
  const [start, end] = [touched[0]![0], touched.at(-1)![1]];
  if (start !== span.start || end !== span.end) lose('part-of-word');
  return [{ ...span, start, end }];
}

function heldSpan(span: Span, holds: Holds, lose: Lose): Span {
  const { score, note, ...kept } = span;
  if (score !== undefined && !holds.scores) lose('score');
  if (note && !holds.notes) lose('note');
  if (span.source !== 'manual' && !holds.sources) lose('source');
  return {
    ...kept,
    source: holds.sources ? span.source : 'manual',
    ...(score !== undefined && holds.scores ? { score } : {}),
    ...(note && holds.notes ? { note } : {}),
  };
}

function heldText(document: Document, words: readonly WordRange[], spans: Span[], holds: Holds, lose: Lose): Pick<Document, 'text' | 'words' | 'spans'> {
  const { text } = document;
  if (holds.text === 'exact') return { text, ...(document.words && holds.words ? { words: document.words } : {}), spans };
  if (holds.text === 'line') {
    const line = text.replace(/[\r\n]+/g, ' ').trim();
    if (line !== text) lose('white-space');
    return { text: line, spans: line === text ? spans : [] };
  }
  const joined: WordRange[] = [];
  let offset = 0;
  for (const [start, end] of words) {
    joined.push([offset, offset + end - start]);
    offset += end - start + 1;
  }
  const told = words.map(([start, end]) => text.slice(start, end)).join(' ');
  if (told !== text) lose('white-space');
  const starts = new Map(words.map(([start], i) => [start, joined[i]![0]]));
  const ends = new Map(words.map(([, end], i) => [end, joined[i]![1]]));
  return { text: told, words: joined, spans: spans.map((span) => ({ ...span, start: starts.get(span.start)!, end: ends.get(span.end)! })) };
}
