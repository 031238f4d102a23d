import { keepsFullStop } from './abbreviations.ts';
import { continuousRuns, hasContinuousScript, segmentRun } from './continuous-script.ts';
import type { WordRange } from './span.ts';

/**
 * The one rule that finds words in running text. It is held to the tokens of CoNLL files (CrossNER, WNUT-17), because models
 * trained on those are used on plain text: white space separates; punctuation at the edges of a piece is a word of its own;
 * abbreviations, numbers, addresses, @mentions, #hashtags, hyphenated words and emoticons stay whole; possessive 's and its
 * like are split off. Only scripts without spaces go through a dictionary. A grapheme is never cut.
 */
export function splitWords(text: string, language = 'en'): WordRange[] {
  const words: WordRange[] = [];
  const elision = ELISIONS[language.toLowerCase().split('-')[0]!];
  for (const match of text.matchAll(PIECE)) {
    const piece = match[0];
    const start = match.index;
    if (PLAIN.test(piece)) {
      words.push([start, start + piece.length]);
      continue;
    }
    const pieces = new PieceSplitter(piece, followingCharacter(text, start + piece.length), elision).split();
    for (const [from, to] of SIMPLE.test(piece) ? pieces : withWholeGraphemes(piece, pieces)) words.push([start + from, start + to]);
  }
  return words;
}

/** Pieces between white space, control characters and the invisible characters that separate words. */
const PIECE = /[^\s\p{Cc}\u200b\u2060]+/gu;
const PLAIN = /^[A-Za-z0-9]+$/;
/** Characters of which each is a grapheme, so that cuts need no check. */
const SIMPLE = /^[\u0021-\u02ff\u0391-\u0481\u2010-\u2027\u20a0-\u20bf]+$/;

const ADDRESS = /^(?:(?:https?|ftp):\/\/|www\.|mailto:)\S|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+|^(?:[\w-]+\.)+[a-z]{2,}\/\S/i;
const EMOTICON =
  /^(?:[<>]?[:;=]['’]?[-^o]?[)(\][dDpPoO3*/\\|$@sSxX]{1,3}|<3+|<\/3|[xX]-?[dDpP]+|[-^oO><][_.-]+[-^oO><]|\^\^|¯\\_\(ツ\)_\/¯)$/;

/**
 * What is a word wherever it stands: smileys, runs of exclamation and question marks, of full stops, dashes, double quotes,
 * pictographs, flags and keycaps, wide punctuation.
 */
const ALWAYS = new RegExp(
  [
    "[:;]['’]?-?[)(]+(?![\\p{L}\\p{N}])|[!?]{2,}",
    '\\.{2,}|…+|-{2,}|[—―]+|["“”„‟«»]|``|\'\'',
    '\\p{RI}{2}|[0-9#*]\\ufe0f?\\u20e3',
    '(?![©®™0-9#*])\\p{Extended_Pictographic}(?:\\p{EMod}|\\ufe0f|\\u200d\\p{Extended_Pictographic}|[\\u{e0020}-\\u{e007f}])*',
    '[\\u3001-\\u3004\\u3008-\\u3020\\u30fb\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65]',
  ].join('|'),
  'gu',
);

const OPENING = /^(?:&(?:quot|lt|gt|#39|apos);|\p{Ps}|\p{Pi}|['*~|`<>,;:!?¿¡…]+?|\p{Sc}(?=\p{N}))/u;
const CLOSING = /(?:&(?:quot|lt|gt|#39|apos);|\p{Pe}|\p{Pf}|['*~|`<>,;:!?…]|(?![·′″‰])\P{ASCII}(?<=\p{Po})|(?<=\p{N})%)$/u;
/** Words that begin with an apostrophe. */
const APOSTROPHE_WORD = /^['’](?:s|m|t|d|re|ve|ll|em|n['’]?|tis|twas|til|till|cause|bout|round|\d\d?s?|\d{4}s)$/iu;
const CLITIC = /(?<=[\p{L}\p{N}.)])['’](?:s|m|d|re|ve|ll)$/iu;
const HTML_ENTITY = /^&(?:#?\w+);$/;

/** Cuts inside a piece whose edges are done: commas but in numbers, semicolons but of HTML entities, slashes (but AC/DC) and brackets between words. */
const INNER = new RegExp(
  [
    '(?<!\\p{N}),|,(?!\\p{N})|(?<!&#?\\w{1,8});',
    '(?<=\\p{L}[\\p{Ll}\\p{M}])\\/(?=\\p{L}{2})|(?<=\\p{L}{2})\\/(?=\\p{L}[\\p{Ll}\\p{M}])',
    '(?<=[\\p{L}\\p{M}]{2})[(\\[](?=\\p{L}[\\p{L}\\p{M}])|(?<=[\\p{L}\\p{M}]{2})[)\\]](?=\\p{L}{2})',
  ].join('|'),
  'gu',
);

/** Words that lose their vowel before another and are words of their own: "l'Espagne", "dell'arte". */
const ELISIONS: Record<string, RegExp | undefined> = {
  fr: /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=\p{L})/iu,
  it: /^(?:[cdlmnstv]|gl|un|quest|quell|(?:d|n|a|s|da)[eu]?ll)['’](?=\p{L})/iu,
  ca: /^[dlmnst]['’](?=\p{L})/iu,
};

function followingCharacter(text: string, offset: number): string {
  return /^\s+(\S)/u.exec(text.slice(offset, offset + 8))?.[1] ?? '';
}

/** Characters that are looked at from an edge inwards. */
const REACH = 40;

/** Splits one piece; ranges are of the piece. */
class PieceSplitter {
  private readonly piece: string;
  private readonly next: string;
  private readonly elision: RegExp | undefined;
  private readonly words: WordRange[] = [];

  constructor(piece: string, next: string, elision: RegExp | undefined) {
    this.piece = piece;
    this.next = next;
    this.elision = elision;
  }

  split(): WordRange[] {
    const { piece } = this;
    if (EMOTICON.test(piece)) return [[0, piece.length]];
    const addressAt = /^[\p{Ps}"'“‘<]*/u.exec(piece)![0].length;
    if (ADDRESS.test(piece.slice(addressAt))) this.address(addressAt);
    else this.pieces();
    return this.words;
  }

  /** An address keeps what it holds but for brackets, quotes and stops after it. */
  private address(from: number): void {
    for (let i = 0; i < from; i++) this.words.push([i, i + 1]);
    const holdsBracket = this.piece.includes('(', from);
    let to = this.piece.length;
    while (to > from + 1 && /[.,;:!?'"”’>\])}]/u.test(this.piece[to - 1]!) && !(holdsBracket && this.piece[to - 1] === ')')) to--;
    this.words.push([from, to]);
    for (let i = to; i < this.piece.length; i++) this.words.push([i, i + 1]);
  }

  private pieces(): void {
    let from = 0;
    for (const match of this.piece.matchAll(ALWAYS)) {
      this.scripts(from, match.index);
      from = match.index + match[0].length;
      this.words.push([match.index, from]);
    }
    this.scripts(from, this.piece.length);
  }

  private scripts(start: number, end: number): void {
    const part = this.piece.slice(start, end);
    let from = 0;
    if (hasContinuousScript(part)) {
      for (const [runStart, runEnd] of continuousRuns(part)) {
        this.edges(start + from, start + runStart);
        for (const [a, b] of segmentRun(part.slice(runStart, runEnd))) this.words.push([start + runStart + a, start + runStart + b]);
        from = runEnd;
      }
    }
    this.edges(start + from, end);
  }

  private edges(start: number, end: number): void {
    while (start < end && !this.isWhole(start, end)) {
      const opening = OPENING.exec(this.piece.slice(start, Math.min(end, start + REACH)));
      if (!opening) break;
      this.words.push([start, (start += opening[0].length)]);
    }
    const closing: WordRange[] = [];
    while (start < end && !this.isWhole(start, end)) {
      const length = this.closingLength(start, end);
      if (!length) break;
      closing.push([end - length, end]);
      end -= length;
    }
    if (start < end) this.inner(start, end);
    for (const word of closing.reverse()) this.words.push(word);
  }

  private isWhole(start: number, end: number): boolean {
    if (end - start > REACH) return false;
    const text = this.piece.slice(start, end);
    return EMOTICON.test(text) || HTML_ENTITY.test(text) || APOSTROPHE_WORD.test(text);
  }

  /** Length of what is split off the end of a word; 0 where the word ends in itself. */
  private closingLength(start: number, end: number): number {
    const text = this.piece.slice(Math.max(start, end - REACH), end);
    if (text.endsWith('.')) {
      const next = end === this.piece.length ? this.next : this.piece.charAt(end);
      return text.length > 1 && !keepsFullStop(text.slice(0, -1), next) ? 1 : 0;
    }
    const clitic = CLITIC.exec(text);
    if (clitic) return clitic[0].length;
    const closing = CLOSING.exec(text);
    return closing && !isBalanced(text) ? closing[0].length : 0;
  }

  private inner(start: number, end: number): void {
    const text = this.piece.slice(start, end);
    let from = 0;
    const add = (to: number): void => {
      if (to > from) this.words.push([start + from, start + to]);
      from = to;
    };
    if (HTML_ENTITY.test(text)) return add(text.length);
    const elided = this.elision?.exec(text);
    if (elided) add(elided[0].length);
    for (const match of text.matchAll(INNER)) {
      add(match.index);
      add(match.index + match[0].length);
    }
    add(text.length);
  }
}

/** Whether the last character is a bracket whose opening one stands inside the word: "song(s)". */
function isBalanced(text: string): boolean {
  const opening = { ')': '(', ']': '[', '}': '{' }[text.at(-1)!];
  return opening !== undefined && text.indexOf(opening) > 0;
}

let graphemes: Intl.Segmenter | undefined;

/** Joins words whose common border lies inside a grapheme. */
function withWholeGraphemes(piece: string, words: WordRange[]): WordRange[] {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const borders = new Set<number>();
  for (const { index } of graphemes.segment(piece)) borders.add(index);
  const whole: WordRange[] = [];
  for (const word of words) {
    if (whole.length && !borders.has(word[0])) whole.push([whole.pop()![0], word[1]]);
    else whole.push(word);
  }
  return whole;
}
