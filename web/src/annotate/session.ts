import type { Document, Suggestion } from '../dataset/document.ts';
import type { Span, WordRange } from '../text/span.ts';
import { candidates, nextFree } from './candidates.ts';
import { extend, move, onWord, resizeByCharacter, resizeByWord, wordsOfRange, type Cursor } from './cursor.ts';
import { accept, acceptAll, changeLabel, label, openSuggestions, overlaps, reject, removeLabel, type Range } from './edits.ts';
import type { Command } from './keys.ts';

/** A text being annotated: what is in it, where the cursor is, and what was chosen by name rather than by place. */
export interface Session {
  document: Document;
  words: readonly WordRange[];
  cursor: Cursor;
  /** A label or suggestion of the document that keys act on wherever the cursor is. */
  picked: Span | Suggestion | null;
}

export function isSuggestion(span: Span | Suggestion): span is Suggestion {
  return 'layer' in span;
}

/** A text as one comes to it: on its first suggestion, else on its first word. */
export function begin(document: Document, words: readonly WordRange[]): Session {
  const session: Session = { document, words, cursor: onWord(words, 0), picked: null };
  return pickSuggestion(session, -1, 1) ?? session;
}

/** The same place in a document that has changed. */
export function renewed(session: Session, document: Document, words: readonly WordRange[]): Session {
  const { picked, cursor } = session;
  const lists: readonly (Span | Suggestion)[] = [...document.spans, ...openSuggestions(document)];
  const same = picked && lists.find((span) => span.start === picked.start && span.end === picked.end && span.type === picked.type && isSuggestion(span) === isSuggestion(picked));
  return { document, words, cursor: cursor.end <= document.text.length ? cursor : onWord(words, words.length - 1), picked: same ?? null };
}

/** What keys act on: what was picked, else the shortest label around the word at the cursor, or on exactly the words chosen, else a suggestion there. */
export function target({ document, words, cursor, picked }: Session): Span | Suggestion | null {
  if (picked) return picked;
  const { first, last } = wordsOfRange(words, cursor);
  const inside = document.spans.filter((span) => (first === last ? span.start <= cursor.start && span.end >= cursor.end : span.start === cursor.start && span.end === cursor.end));
  if (inside.length > 0) return inside.reduce((best, span) => (span.end - span.start < best.end - best.start ? span : best));
  return openSuggestions(document).find(({ start, end }) => start === cursor.start && end === cursor.end) ?? null;
}

/** The stretch that would be labelled: of the target, or at the cursor. */
export function chosenRange(session: Session): Range {
  const on = target(session);
  return on && !isSuggestion(on) ? on : session.cursor;
}

const at = (session: Session, range: Range, picked: Session['picked'] = null): Session => ({
  ...session,
  cursor: { start: range.start, end: range.end, moves: 'end' },
  picked,
});

/** The next open suggestion that begins after `offset`, or the last one before it; null where there is none. */
export function pickSuggestion(session: Session, offset: number, step: 1 | -1): Session | null {
  const open = openSuggestions(session.document).sort((a, b) => a.start - b.start || a.end - b.end);
  const from = session.picked ? open.indexOf(session.picked as Suggestion) : -1;
  const next = from >= 0 ? open[from + step] : step > 0 ? open.find(({ start }) => start > offset) : open.findLast(({ start }) => start < offset);
  return next ? at(session, next, next) : null;
}

/** On to the next suggestion after one is decided, to the first where none comes after; the cursor stays where none is left. */
function decided(session: Session, document: Document, range: Range): Session {
  const after: Session = { ...at(session, range), document };
  return pickSuggestion(after, range.start, 1) ?? pickSuggestion(after, -1, 1) ?? { ...after, cursor: onWordOf(after, range) };
}

const onWordOf = ({ words }: Session, range: Range): Cursor => {
  const last = words.findLastIndex(([start]) => start < range.end);
  return onWord(words, last);
};

/** Labels what is chosen: a suggestion is accepted with this type, a label changes its type, anything else becomes a label. */
export function labelWith(session: Session, type: string, onTop = false): Session {
  const { document, cursor } = session;
  const on = target(session);
  if (on && isSuggestion(on) && cursor.start < cursor.end) return decided(session, accept(document, on, { start: cursor.start, end: cursor.end, type }), cursor);
  if (on && !onTop) {
    const edited = on.type === type && on.source === 'manual' ? document : changeLabel(document, on, { type });
    return { ...at(session, on), document: edited };
  }
  // A text without a word has nothing to choose.
  if (cursor.start >= cursor.end) return session;
  return { ...at(session, cursor), document: label(document, cursor, type, onTop) };
}

/** Does what a command says within one text. The session itself where it has nothing to do: then the key has its usual meaning. */
export function perform(session: Session, command: Command): Session {
  const { document, words, cursor } = session;
  if (words.length === 0) return session;
  const free = (step: 1 | -1): Session => {
    const found = nextFree(candidates(document.text, words), [...document.spans, ...openSuggestions(document)], cursor, step);
    return found ? at(session, found) : session;
  };
  switch (command) {
    case 'next-word':
      return { ...session, cursor: move(words, cursor, 1), picked: null };
    case 'previous-word':
      return { ...session, cursor: move(words, cursor, -1), picked: null };
    case 'text-start':
      return { ...session, cursor: onWord(words, 0), picked: null };
    case 'text-end':
      return { ...session, cursor: onWord(words, words.length - 1), picked: null };
    case 'extend-next':
      return { ...session, cursor: extend(words, cursor, 1), picked: null };
    case 'extend-previous':
      return { ...session, cursor: extend(words, cursor, -1), picked: null };
    case 'next-candidate':
      return free(1);
    case 'previous-candidate':
      return free(-1);
    case 'next-suggestion':
      return pickSuggestion(session, session.picked ? cursor.start : cursor.start - 1, 1) ?? session;
    case 'previous-suggestion':
      return pickSuggestion(session, cursor.start, -1) ?? session;
    case 'next-overlap':
      return nextOverlap(session);
    case 'grow':
    case 'shrink':
    case 'grow-start':
    case 'shrink-start':
    case 'grow-character':
    case 'shrink-character':
    case 'grow-start-character':
    case 'shrink-start-character':
      return resize(session, command);
    case 'accept': {
      const on = target(session);
      return on && isSuggestion(on) ? labelWith(session, on.type) : session;
    }
    case 'accept-all': {
      const edited = acceptAll(document);
      return edited === document ? session : { ...session, document: edited, picked: null };
    }
    case 'remove': {
      const on = target(session);
      if (!on) return session;
      return isSuggestion(on) ? decided(session, reject(document, [on]), on) : { ...session, document: removeLabel(document, on), picked: null };
    }
    case 'clear':
      return session.picked || cursor.end > (words.find(([start]) => start === cursor.start)?.[1] ?? cursor.end) ? { ...session, cursor: onWordOf(session, cursor), picked: null } : session;
    default:
      return session;
  }
}

function resize(session: Session, command: Command): Session {
  const { document, words, cursor } = session;
  const on = target(session);
  const range = on && !isSuggestion(on) ? on : cursor;
  const side = command.includes('start') ? 'start' : 'end';
  const step = command.startsWith('grow') ? 1 : -1;
  const resized = command.endsWith('character') ? resizeByCharacter(document.text, range, side, step) : resizeByWord(words, range, side, step);
  if (!resized) return session;
  if (!on || isSuggestion(on)) return { ...session, cursor: { ...resized, moves: side } };
  const edited = changeLabel(document, on, resized);
  const renewed = edited.spans.find((span) => span.start === resized.start && span.end === resized.end && span.type === on.type) ?? null;
  return { ...session, document: edited, cursor: { ...resized, moves: side }, picked: renewed };
}

/** The next of the labels and suggestions that lie over the cursor. */
function nextOverlap(session: Session): Session {
  const { document, picked } = session;
  const place = picked ?? session.cursor;
  const here = [...document.spans, ...openSuggestions(document)].filter((span) => overlaps(span, place));
  if (here.length === 0) return session;
  const next = here[(picked ? here.indexOf(picked) + 1 : 0) % here.length]!;
  return at(session, next, next);
}
