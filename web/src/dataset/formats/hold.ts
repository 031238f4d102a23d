import { coverWords } from '../../text/cover.ts';
import type { Span, WordRange } from '../../text/span.ts';
import { firstWordEndingAfter, spansToTags } from '../../text/tags.ts';
import { splitWords } from '../../text/words.ts';
import type { Document, Suggestion } from '../document.ts';
import type { Holds } from './format.ts';
import { isBlankToken, plainToken } from './token.ts';

/** What a format cannot say. `text` counts documents that are left out: they hold nothing but white space, or in a format of words no word. */
export type LossKind = 'text' | 'spans' | 'overlap' | 'neighbour' | 'part-of-word' | 'no-word' | 'white-space' | 'words' | 'score' | 'note' | 'source' | 'split' | 'suggestion';

/** How often each thing is lost; what is not lost is not in it. */
export type Losses = Map<LossKind, number>;

/** Words of a document: those of its file, else those that `splitWords` finds. */
export function wordsOf(document: Pick<Document, 'text' | 'words'>, language?: string): readonly WordRange[] {
  return document.words ?? splitWords(document.text, language);
}

/** Documents reduced to what a format holds, so that writing and reading them again gives exactly these. `losses` counts what went. */
export function* holdAll(documents: Iterable<Document>, holds: Holds, language?: string, losses: Losses = new Map()): Generator<Document> {
  for (const document of holds.splits === 'files' ? splitBySplit(documents) : documents) {
    const held = hold(document, holds, language, losses);
    if (held.text.trim()) yield held;
    else losses.set('text', (losses.get('text') ?? 0) + 1);
  }
}

function splitBySplit(documents: Iterable<Document>): Document[] {
  const groups = Map.groupBy(documents, ({ split }) => split);
  return (['train', 'dev', 'test', undefined] as const).flatMap((split) => groups.get(split) ?? []);
}

/** One document reduced so; its text is blank where the format cannot say it at all. Suggestions of a layer come to stand together. */
export function hold(document: Document, holds: Holds, language?: string, losses: Losses = new Map()): Document {
  const lose = (kind: LossKind, count = 1): void => {
    if (count > 0) losses.set(kind, (losses.get(kind) ?? 0) + count);
  };
  const words = holds.text === 'words' || holds.words === 'cover' || !['none', 'any'].includes(holds.spans) ? wordsOf(document, language) : [];
  const { text, words: heldWords, place } = heldText(document, words, holds, lose);
  const reduce = <T extends Span>(spans: readonly T[]): T[] =>
    heldSpans(spans, words, holds, lose).flatMap((span) => {
      const range = place(span);
      if (!range) lose('no-word');
      return range ? [heldSpan({ ...span, ...range }, holds, lose)] : [];
    });
  const { id, origin, split, suggestions = [] } = document;
  const spans = reduce(document.spans);
  const heldSuggestions = holds.suggestions ? byLayer(suggestions).flatMap(reduce) : [];
  if (!holds.suggestions) lose('suggestion', suggestions.length);
  if (split && !holds.splits) lose('split');
  return {
    id,
    text,
    ...(heldWords ? { words: heldWords } : {}),
    spans,
    ...(heldSuggestions.length ? { suggestions: heldSuggestions } : {}),
    ...(split && holds.splits ? { split } : {}),
    origin,
  };
}

type Lose = (kind: LossKind, count?: number) => void;

/** Suggestions by layer, in the order in which the layers first come. */
export function byLayer(suggestions: readonly Suggestion[]): Suggestion[][] {
  return [...Map.groupBy(suggestions, ({ layer }) => layer).values()];
}

function heldSpans<T extends Span>(spans: readonly T[], words: readonly WordRange[], holds: Holds, lose: Lose): T[] {
  if (holds.spans === 'none') {
    lose('spans', spans.length);
    return [];
  }
  if (holds.spans === 'any' && holds.text !== 'words') return [...spans];
  if (holds.spans !== 'flat' && holds.spans !== 'apart') return ofWholeWords(spans, words, lose);
  const dropped = new Set<Span>(spansToTags(words, spans).dropped);
  lose('overlap', dropped.size);
  const flat = ofWholeWords(
    spans.filter((span) => !dropped.has(span)),
    words,
    lose,
  ).sort((a, b) => a.start - b.start);
  return holds.spans === 'apart' ? joinNeighbours(flat, words, lose) : flat;
}

/** Spans of one type with no word between them become one, which is otherwise as the first. */
function joinNeighbours<T extends Span>(spans: readonly T[], words: readonly WordRange[], lose: Lose): T[] {
  const joined: T[] = [];
  for (const span of spans) {
    const before = joined.at(-1);
    if (before?.type === span.type && words[firstWordEndingAfter(words, before.end)]?.[0] === span.start) {
      lose('neighbour');
      joined[joined.length - 1] = { ...before, end: span.end };
    } else joined.push(span);
  }
  return joined;
}

/** Spans from the start of their first word to the end of their last. Those that become the same are kept once. */
function ofWholeWords<T extends Span>(spans: readonly T[], words: readonly WordRange[], lose: Lose): T[] {
  const kept = new Map<string, T>();
  for (const span of spans) {
    const first = words[firstWordEndingAfter(words, span.start)];
    const after = firstWordEndingAfter(words, span.end - 1);
    const last = words[after] && words[after][0] < span.end ? words[after] : words[after - 1];
    if (!first || !last || last[0] < first[0]) {
      lose('no-word');
      continue;
    }
    const [start, end] = [first[0], last[1]];
    if (start < span.start || end > span.end) lose('part-of-word');
    else if (start !== span.start || end !== span.end) lose('white-space');
    const key = `${start} ${end} ${span.type}`;
    if (kept.has(key)) lose('overlap');
    else kept.set(key, start === span.start && end === span.end ? span : { ...span, start, end });
  }
  return [...kept.values()];
}

function heldSpan<T extends Span>(span: T, holds: Holds, lose: Lose): T {
  const held: T = { ...span };
  if (span.score !== undefined && !holds.scores) {
    lose('score');
    delete held.score;
  }
  if (span.note !== undefined && !(span.note && holds.notes)) {
    if (span.note) lose('note');
    delete held.note;
  }
  if (span.source !== 'manual' && !holds.sources) {
    lose('source');
    held.source = 'manual';
  }
  return held;
}

interface HeldText {
  text: string;
  words?: WordRange[];
  /** Where a span comes to stand; null where nothing of it is left. Spans are of whole words where the text is. */
  place(span: Span): { start: number; end: number } | null;
}

function heldText({ text, words: own, spans }: Document, found: readonly WordRange[], holds: Holds, lose: Lose): HeldText {
  if (holds.text === 'words') return joinedWords(text, found, holds, lose);
  const place = ({ start, end }: Span): { start: number; end: number } => ({ start, end });
  if (holds.words === 'cover') return { text, words: coverWords(text, found, spans), place };
  const words = holds.words ? own?.filter(([start, end]) => !isBlankToken(text.slice(start, end))) : undefined;
  if (own?.length !== words?.length) lose('words');
  if (holds.text === 'exact') return { text, ...(words ? { words } : {}), place };
  const line = onOneLine(text).trim();
  if (line === text) return { text, place };
  lose('white-space');
  return asLine(text, line);
}

const onOneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

function asLine(text: string, line: string): HeldText {
  const lead = onOneLine(text).length - onOneLine(text).trimStart().length;
  const at = (offset: number): number => Math.min(line.length, Math.max(0, onOneLine(text.slice(0, offset)).length - lead));
  return {
    text: line,
    place(span) {
      const [start, end] = [at(span.start), at(span.end)];
      return start < end ? { start, end } : null;
    },
  };
}

function joinedWords(text: string, words: readonly WordRange[], holds: Holds, lose: Lose): HeldText {
  const joined: WordRange[] = [];
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  let offset = 0;
  for (const [start, end] of words) {
    joined.push([offset, offset + end - start]);
    starts.set(start, offset);
    ends.set(end, offset + end - start);
    offset += end - start + 1;
  }
  const told = words.map(([start, end]) => plainToken(text.slice(start, end))).join(' ');
  if (told !== text) lose('white-space');
  return {
    text: told,
    ...(holds.words ? { words: joined } : {}),
    place: ({ start, end }) => ({ start: starts.get(start)!, end: ends.get(end)! }),
  };
}
