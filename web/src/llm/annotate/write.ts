import { splitWords } from '../../text/words.ts';
import type { TypedRange } from './annotation.ts';
import type { Form } from './form.ts';
import type { Marks } from './marks.ts';

/** A text with the spans that an answer gives it. */
export interface AnsweredText {
  text: string;
  spans: readonly (TypedRange & { reason?: string })[];
}

/** An answer as it should be: what examples show. Spans that overlap cannot be marked; of those the longest is, and others of exactly its place. */
export function writeAnswer(texts: readonly AnsweredText[], form: Form, marks: Marks): string {
  if (form.kind === 'json') return writeJson(texts, form);
  return numbered(texts.map((one) => mark(one, form, marks)), form.label);
}

/** One text as it is, or several under their numbers. */
export function numbered(texts: readonly string[], label: string | null): string {
  return label === null ? texts.join('\n') : texts.map((text, i) => `${heading(label, i)}\n${text}`).join('\n\n');
}

/** What stands above a text of several; `index` counts from 0. */
export function heading(label: string, index: number): string {
  return `${label} ${index + 1}:`;
}

function mark({ text, spans }: AnsweredText, form: Form, { open, close, field }: Marks): string {
  let marked = '';
  let last = 0;
  for (const [first, ...others] of markable(spans)) {
    const all = [first!, ...others];
    const ends = all.map(({ type, reason }) => (form.typed ? field + type : '') + (form.reasons ? field + (reason ?? type) : '') + close);
    marked += text.slice(last, first!.start) + open.repeat(all.length) + text.slice(first!.start, first!.end) + ends.join('');
    last = first!.end;
  }
  return marked + text.slice(last);
}

/** Spans that can stand in marks, by their place, in order. */
export function markable<T extends TypedRange>(spans: readonly T[]): T[][] {
  const places: T[][] = [];
  for (const span of [...spans].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)) {
    const touching = places.filter(([other]) => other!.start < span.end && span.start < other!.end);
    if (touching.length === 0) places.push([span]);
    else if (touching[0]![0]!.start === span.start && touching[0]![0]!.end === span.end && touching[0]!.every(({ type }) => type !== span.type)) touching[0]!.push(span);
  }
  return places.sort(([a], [b]) => a!.start - b!.start);
}

function writeJson(texts: readonly AnsweredText[], { typed, reasons, label }: Form): string {
  const listed = texts.map(({ text, spans }) =>
    [...spans].sort((a, b) => a.start - b.start).map((span) => ({
      text: text.slice(span.start, span.end),
      ...(typed ? { type: span.type } : {}),
      before: wordsBefore(text, span.start),
      ...(reasons ? { reason: span.reason ?? span.type } : {}),
    })),
  );
  return JSON.stringify(label === null ? { entities: listed.flat() } : { texts: listed.map((entities, i) => ({ number: i + 1, entities })) });
}

/** Characters in which the words before a span are sought. */
const REACH = 120;

/** The three words before an offset, as they stand in the text. */
function wordsBefore(text: string, offset: number): string {
  const near = text.slice(Math.max(0, offset - REACH), offset);
  return near.slice(splitWords(near).at(-3)?.[0] ?? 0).trim();
}
