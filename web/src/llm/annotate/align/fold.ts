/** White space and what no reader sees: joiners, variation selectors, direction marks, soft hyphens. Models drop and add them. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]+/gu;
const QUOTE = /["'`´ʼ′″‘’‚‛“”„‟«»‹›「」『』〝〞〟＂＇]/u;
const DASH = /[\p{Pd}\u2212]/u;
const SIMPLE = /^[\u0021-\u02ff]+$/;

/**
 * A text without what models change when they copy it: white space, capitals, the kinds of quotes and dashes, Unicode's ways to
 * write one letter (NFKC). It consists of units, each of which stands for one or more whole graphemes of the text.
 */
export interface Folded {
  /** The units, one after the other. */
  text: string;
  /** By index in `text`: UTF-16 offsets of the unit's place in the text that was folded. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** By index in `text`: 1 where a unit begins. */
  begins: Uint8Array;
  /** By index in `text`: 1 where a unit begins that stands behind white space, or first. */
  spaced: Uint8Array;
}

/** Folds a text. */
export function fold(text: string): Folded {
  const units: string[] = [];
  const places: [start: number, end: number, spaced: boolean][] = [];
  let length = 0;
  let before = '';
  const add = (grapheme: string, start: number, spaced: boolean): void => {
    const unit = foldGrapheme(grapheme);
    if (unit === '') return;
    const last = places.at(-1);
    // '' and `` are written for ", and -- for a dash.
    if (last && !spaced && last[1] === start && ((unit === '-' && units.at(-1) === '-') || (unit === '"' && grapheme === before && (before === "'" || before === '`')))) {
      last[1] = start + grapheme.length;
      before = '';
      return;
    }
    before = grapheme;
    units.push(unit);
    places.push([start, start + grapheme.length, spaced]);
    length += unit.length;
  };
  for (const { 0: piece, index } of text.matchAll(/\S+/gu)) {
    let spaced = true;
    if (SIMPLE.test(piece)) for (let i = 0; i < piece.length; i++, spaced = false) add(piece[i]!, index + i, spaced);
    else {
      for (const { segment, index: inside } of graphemesOf(piece)) {
        add(segment, index + inside, spaced);
        spaced = false;
      }
    }
  }
  const folded: Folded = { text: units.join(''), starts: new Uint32Array(length), ends: new Uint32Array(length), begins: new Uint8Array(length), spaced: new Uint8Array(length) };
  let at = 0;
  for (const [i, unit] of units.entries()) {
    const [start, end, spaced] = places[i]!;
    folded.begins[at] = 1;
    if (spaced) folded.spaced[at] = 1;
    for (let k = 0; k < unit.length; k++, at++) [folded.starts[at], folded.ends[at]] = [start, end];
  }
  return folded;
}

/** Whether a range of a folded text begins and ends with whole units. */
export function isWhole({ begins }: Folded, start: number, end: number): boolean {
  return begins[start] === 1 && (end === begins.length || begins[end] === 1);
}

/** The first index of a folded text whose unit ends behind an offset of the text. */
export function indexAt({ ends }: Folded, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

let segmenter: Intl.Segmenter | undefined;

function graphemesOf(piece: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(piece);
}

const known = new Map<string, string>();
/** Graphemes that are remembered; a text of nothing but curious ones must not fill the memory. */
const MOST_KNOWN = 20_000;

function foldGrapheme(grapheme: string): string {
  let folded = known.get(grapheme);
  if (folded === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(grapheme, (folded = foldAnew(grapheme)));
  }
  return folded;
}

function foldAnew(grapheme: string): string {
  if (QUOTE.test(grapheme)) return '"';
  if (DASH.test(grapheme)) return '-';
  // Upper case first: ß and SS, ς and σ become the same. What is unseen goes before, so that it keeps no letters apart, and after.
  const seen = grapheme.replace(UNSEEN, '').normalize('NFKC');
  return seen.toUpperCase().toLowerCase().normalize('NFKC').replace(UNSEEN, '');
}
