import { isDoubled, type Marks } from './marks.ts';
import type { RejectedPiece } from './annotation.ts';

/** A marked piece of an answer; offsets of the answer without its marks. */
export interface Piece {
  start: number;
  end: number;
  type: string | null;
  reason?: string;
}

/** An answer taken apart. */
export interface ReadMarks {
  /** The answer without its marks, and without the types and reasons in them. */
  plain: string;
  pieces: Piece[];
  /** With their places in `plain`. */
  rejected: (RejectedPiece & { at: number })[];
}

/** What is written inside the marks besides the span. */
export interface Carried {
  /** Names of the types, where each span carries its own; the one type that was asked for is the type of all where absent. */
  types?: readonly string[];
  type?: string;
  reasons: boolean;
}

/** Characters of a piece without an end that are shown. */
const SHOWN = 40;

interface Open {
  at: number;
  /** Pieces that were closed inside it. */
  inner: Piece[];
}

/**
 * Takes a marked answer apart. Marks that have no partner are left out and told of. A piece that holds other pieces is rejected,
 * since a forgotten mark looks the same; two that are of one place are both kept.
 */
export function readMarks(answer: string, marks: Marks, carried: Carried): ReadMarks {
  const read: ReadMarks = { plain: '', pieces: [], rejected: [] };
  const open: Open[] = [];
  let last = 0;
  for (const { isOpening, count, start, end } of findMarks(answer, marks)) {
    read.plain += answer.slice(last, start);
    last = end;
    for (let i = 0; i < count; i++) {
      if (isOpening) open.push({ at: read.plain.length, inner: [] });
      else close(read, open, marks, carried);
    }
  }
  read.plain += answer.slice(last);
  for (const { at } of open) read.rejected.push({ at, piece: beginning(read.plain.slice(at)), type: carried.type ?? null, why: 'unclosed' });
  return withoutDoubtful(read);
}

/** Rejects pieces with two marks on one side and one on the other: nobody knows which of the two has lost its partner, and where that was. */
function withoutDoubtful(read: ReadMarks): ReadMarks {
  const lonely = read.rejected.filter(({ why }) => why === 'unclosed' || why === 'unopened');
  const doubt = ({ start, end }: Piece): (typeof lonely)[number] | undefined => lonely.find(({ at, why }) => at === (why === 'unclosed' ? start : end));
  for (const piece of read.pieces) {
    const { at, why } = doubt(piece) ?? {};
    if (at !== undefined && why) read.rejected.push({ at: piece.start, piece: read.plain.slice(piece.start, piece.end), type: piece.type, why });
  }
  return { ...read, pieces: read.pieces.filter((piece) => !doubt(piece)) };
}

function close(read: ReadMarks, open: Open[], { field }: Marks, carried: Carried): void {
  const opened = open.pop();
  if (!opened) {
    const at = read.plain.lastIndexOf(field);
    if (at >= 0 && carried.types && typeNamed(carried.types, read.plain.slice(at).split(field)[1]!)) read.plain = read.plain.slice(0, at);
    read.rejected.push({ at: read.plain.length, piece: ending(read.plain), type: carried.type ?? null, why: 'unopened' });
    return;
  }
  const [marked = '', ...fields] = carried.types || carried.reasons ? read.plain.slice(opened.at).split(field) : [read.plain.slice(opened.at)];
  read.plain = read.plain.slice(0, opened.at) + marked;
  if (fields.length > 0) read.pieces = read.pieces.filter(({ end }) => end <= read.plain.length);
  const named = carried.types ? typeNamed(carried.types, fields.shift() ?? '') : carried.type;
  const reason = carried.reasons ? fields.join(field).trim() : '';
  const piece: Piece = { start: opened.at, end: read.plain.length, type: named ?? null, ...(reason ? { reason } : {}) };
  const holdsOthers = opened.inner.some(({ start, end }) => start !== piece.start || end !== piece.end);
  const why = marked.trim() === '' ? 'empty-span' : holdsOthers ? 'nested' : piece.type === null ? 'unknown-type' : null;
  if (why) read.rejected.push({ at: opened.at, piece: marked.trim(), type: piece.type, why });
  else read.pieces.push(piece);
  open.at(-1)?.inner.push(piece, ...opened.inner);
}

/** Names as models write them: with other capitals and white space around. */
export function typeNamed(types: readonly string[], written: string): string | undefined {
  const name = written.trim();
  return types.find((type) => type === name) ?? types.find((type) => type.toLowerCase() === name.toLowerCase());
}

interface Found {
  isOpening: boolean;
  /** Marks that stand here one after the other. */
  count: number;
  start: number;
  end: number;
}

function findMarks(answer: string, { open, close }: Marks): Found[] {
  const sign = (mark: string): string => `\\u{${mark.codePointAt(0)!.toString(16)}}`;
  // Numbered tags hold nothing that means something in an expression.
  const pattern = (mark: string): string => (isDoubled(mark) ? `${sign(mark)}(?:\\s?${sign(mark)})*` : mark);
  const either = new RegExp(`(${pattern(open)})|${pattern(close)}`, 'gu');
  return Array.from(answer.matchAll(either), ({ 0: run, 1: opening, index }) => {
    const mark = opening === undefined ? close : open;
    const signs = isDoubled(mark) ? run.split(mark[0]!).length - 1 : 2;
    return { isOpening: opening !== undefined, count: Math.max(1, Math.floor(signs / 2)), start: index, end: index + run.length };
  });
}

const beginning = (text: string): string => text.split('\n', 1)[0]!.slice(0, SHOWN).trim();
const ending = (text: string): string => text.slice(text.lastIndexOf('\n') + 1).slice(-SHOWN).trim();
