import type { Random } from '../../dataset/random.ts';
import type { Form } from '../annotate/form.ts';
import type { Marks } from '../annotate/marks.ts';
import type { TypedRange } from '../annotate/annotation.ts';

/** A marked answer in pieces: words and what is between them, and the marks. `span` is a number in the list of spans. */
export type Item = { kind: 'text'; text: string } | { kind: 'open' | 'close'; span: number };

/** A marked answer as a model might write it. */
export interface Damaged {
  items: Item[];
  /** Spans that cannot be found any more: a mark is gone, or the words inside are others or gone. */
  lost: Set<number>;
}

type Damage = (answer: Damaged, random: Random) => void;

/** A text with marks around spans, which lie in order and don't overlap, as pieces. */
export function itemsOf(text: string, spans: readonly TypedRange[]): Item[] {
  const items: Item[] = [];
  let last = 0;
  const add = (end: number): void => {
    for (const [piece] of text.slice(last, end).matchAll(/\s+|[^\s.!?。！？]+|./gu)) items.push({ kind: 'text', text: piece });
    last = end;
  };
  for (const [span, { start, end }] of spans.entries()) {
    add(start);
    items.push({ kind: 'open', span });
    add(end);
    items.push({ kind: 'close', span });
  }
  add(text.length);
  return items;
}

/** Pieces as an answer. */
export function written(items: readonly Item[], spans: readonly TypedRange[], { typed, reasons }: Pick<Form, 'typed' | 'reasons'>, { open, close, field }: Marks): string {
  const ending = (type: string): string => (typed ? field + type : '') + (reasons ? field + type : '') + close;
  return items.map((item) => (item.kind === 'text' ? item.text : item.kind === 'open' ? open : ending(spans[item.span]!.type))).join('');
}

/** The ways in which models spoil an answer that marks the right spans. */
export const damages: Record<'spaces' | 'capitals' | 'quotes' | 'letters' | 'chatter' | 'wrapping' | 'forgotten-mark' | 'nested-marks' | 'repetition' | 'end' | 'sentence' | 'word', Damage> = {
  /** Drops and adds spaces. */
  spaces: (answer, random) => {
    for (const [i, item] of answer.items.entries()) {
      if (item.kind !== 'text' || random.float() > 0.15) continue;
      if (/^\s+$/u.test(item.text)) item.text = pick(['', '  ', '\n', '\u00a0'], random);
      else if (i > 0 && random.float() < 0.3) item.text = ` ${item.text}`;
    }
  },
  capitals: ({ items }, random) =>
    changeSome(items, random, 0.3, (text) => pick([text.toUpperCase(), text.toLowerCase(), text.charAt(0).toUpperCase() + text.slice(1)], random)),
  /** Writes other quotes and dashes. */
  quotes: ({ items }, random) =>
    changeSome(items, random, 0.8, (text) => text.replace(/["“”„«»]/gu, () => pick(['"', '“', '”', "''"], random)).replace(/['’‘]/gu, () => pick(["'", '’'], random)).replace(/[-–—]/gu, () => pick(['-', '–', '—'], random))),
  /** Writes the same letters with other code points. */
  letters: ({ items }, random) => {
    const form = pick(['NFC', 'NFD', 'NFKC'], random);
    changeSome(items, random, 1, (text) => text.normalize(form));
  },
  /** Says something before or after. */
  chatter: (answer, random) => {
    if (random.float() < 0.6) answer.items.unshift(said(pick(BEFORE, random)));
    else answer.items.push(said(pick(AFTER, random)));
  },
  wrapping: (answer, random) => {
    const [before, after] = pick(WRAPS, random);
    answer.items = [said(before), ...answer.items, said(after)];
  },
  'forgotten-mark': (answer, random) => {
    const at = indexOf(answer.items, random, (item) => item.kind !== 'text');
    const [gone] = at === null ? [] : answer.items.splice(at, 1);
    if (gone && gone.kind !== 'text') answer.lost.add(gone.span);
  },
  /** Marks twice, or marks a longer stretch around a span. */
  'nested-marks': ({ items }, random) => {
    const at = indexOf(items, random, (item) => item.kind === 'open');
    if (at === null) return;
    const { span } = items[at] as { span: number };
    const end = items.findIndex((item, i) => i > at && item.kind === 'close' && item.span === span);
    if (end < 0) return;
    const outside = [end + 1, ...placesOutside(items).filter((place) => place > end)];
    items.splice(pick(outside.slice(0, 5), random), 0, { kind: 'close', span });
    items.splice(at, 0, { kind: 'open', span });
  },
  /** Says all of it again, or the last part of it. */
  repetition: (answer, random) => {
    const from = random.integer(2) === 0 ? 0 : startOf(answer.items, random);
    const again = answer.items.slice(from);
    for (let times = 1 + random.integer(3); times > 0; times--) answer.items.push(said('\n'), ...again.map((item) => ({ ...item })));
  },
  /** Stops before the end. */
  end: (answer, random) => {
    const at = random.integer(answer.items.length + 1);
    for (const item of answer.items.splice(at)) if (item.kind !== 'text') answer.lost.add(item.span);
  },
  /** Leaves a sentence out. */
  sentence: (answer, random) => {
    const start = startOf(answer.items, random);
    const next = sentences(answer.items).find((other) => other > start);
    const gone = answer.items.splice(start, (next ?? answer.items.length) - start);
    for (const item of gone) if (item.kind !== 'text') answer.lost.add(item.span);
  },
  /** Translates a word, or puts another word of the text in its place. */
  word: (answer, random) => {
    const isWord = (item: Item): boolean => item.kind === 'text' && /\p{L}/u.test(item.text);
    const at = indexOf(answer.items, random, isWord);
    const other = indexOf(answer.items, random, isWord);
    if (at === null || other === null) return;
    const [item, source] = [answer.items[at], answer.items[other]] as { text: string }[];
    item!.text = random.integer(2) === 0 ? [...item!.text].reverse().join('') + 'en' : source!.text;
    const around = answer.items.slice(0, at).findLast(({ kind }) => kind !== 'text');
    if (around?.kind === 'open') answer.lost.add(around.span);
  },
};

const BEFORE = ['Sure! Here is the text with the entities marked:\n\n', 'Here is the annotated text: ', 'The entities are marked as asked.\n', 'Output: ', 'I marked all of the names in it: '];
const AFTER = ['\n\nI marked all entities that I found.', '\n\nLet me know if you need anything else!', '\nNote: some of the names may be ambiguous, and the others are not.', ' (end of the text)'];
const WRAPS: [string, string][] = [['```\n', '\n```'], ['```text\n', '\n```'], ['"', '"'], ['“', '”'], ['**', '**'], ['<text>', '</text>']];

const said = (text: string): Item => ({ kind: 'text', text });

function pick<T>(values: readonly T[], random: Random): T {
  return values[random.integer(values.length)]!;
}

function changeSome(items: Item[], random: Random, share: number, change: (text: string) => string): void {
  for (const item of items) if (item.kind === 'text' && random.float() < share) item.text = change(item.text);
}

/** The place of one of the items that are so, drawn at random. */
function indexOf(items: readonly Item[], random: Random, isSo: (item: Item) => boolean): number | null {
  const all = items.flatMap((item, i) => (isSo(item) ? [i] : []));
  return all.length === 0 ? null : pick(all, random);
}

/** Where a sentence begins, drawn at random. */
function startOf(items: readonly Item[], random: Random): number {
  return pick(sentences(items), random);
}

/** Where sentences begin: at the start, and behind each stop that is no part of a span. */
function sentences(items: readonly Item[]): number[] {
  const isStop = (item: Item | undefined): boolean => item?.kind === 'text' && /^[.!?。！？]$/u.test(item.text);
  return [0, ...placesOutside(items).filter((place) => isStop(items[place - 1]))];
}

/** Places between two items, and behind the last, that lie inside no span. */
function placesOutside(items: readonly Item[]): number[] {
  let depth = 0;
  return items.flatMap((item, i) => {
    // A mark may have been forgotten before.
    if (item.kind !== 'text') depth = Math.max(0, depth + (item.kind === 'open' ? 1 : -1));
    return depth === 0 ? [i + 1] : [];
  });
}
