import type { LlmReply, Parsed } from '../task.ts';
import { cutsWord } from './align/context.ts';
import { fold } from './align/fold.ts';
import { placesOf, type Place } from './align/places.ts';
import { referenceOf, type Reference } from './align/reference.ts';
import type { AnnotateInput, Annotation, Rejection, ReplyFault } from './annotation.ts';
import type { Form } from './form.ts';
import { inOrder } from './in-order.ts';
import { typeNamed } from './read-marks.ts';
import { faultOf, isRefusal } from './reply.ts';

/** An entity as a JSON answer lists it. */
interface Listed {
  text: string;
  type: string;
  before: string;
  reason: string;
}

/**
 * Reads an answer that lists the entities of each text as JSON. They have no place of their own: an entity is placed where the text
 * reads so only once, in whole words, or only once behind the words that the answer gives as those before it.
 */
export function readJson(reply: LlmReply, { texts, types }: AnnotateInput, { typed, label }: Form): Parsed<Annotation[], ReplyFault> {
  const fault = faultOf(reply);
  if (fault) return { ok: false, reason: fault };
  const answer = objectIn(reply.text);
  const lists = answer === null ? null : label === null ? [listOf(answer)] : texts.map((_, i) => listOf(numberedIn(answer, i + 1)));
  if (!lists || lists.every((list) => list === null)) return { ok: false, reason: isRefusal(reply.text) ? 'denied' : reply.finish === 'length' ? 'cut' : 'unparsable' };
  const names = types.map(({ name }) => name);
  const value = lists.map((list, i): Annotation => {
    const annotation: Annotation = { spans: [], rejected: [], copied: list?.length === 0, covered: list === null ? 0 : 1 };
    const reference = referenceOf([texts[i]!]);
    for (const { text, type: written, before, reason } of list ?? []) {
      const type = typed ? typeNamed(names, written) : names[0]!;
      const place = type === undefined ? 'unknown-type' : placeOf(text, before, reference);
      if (typeof place === 'string') annotation.rejected.push({ piece: text, type: type ?? null, why: place });
      else annotation.spans.push({ ...place, type: type!, ...(reason ? { reason } : {}) });
    }
    annotation.spans = inOrder(annotation.spans);
    return annotation;
  });
  return { ok: true, value };
}

function placeOf(text: string, before: string, reference: Reference): { start: number; end: number } | Rejection {
  const folded = fold(text).text;
  if (folded === '') return 'empty-span';
  const all = placesOf(folded, reference);
  if (typeof all === 'string') return all;
  // Only what stands in words of its own is surely meant: “German” is not a part of “Germany”.
  const [place, ...others] = all.length === 1 ? all : all.filter((one) => isBehind(fold(before).text, one));
  if (!place || others.length > 0) return 'ambiguous';
  if (cutsWord(place.text, place.start) || cutsWord(place.text, place.end)) return 'changed';
  const { starts, ends } = place.text.folded;
  return { start: starts[place.start]!, end: ends[place.end - 1]! };
}

/** Whether a place stands behind these words; without any, at the beginning. */
function isBehind(words: string, { start, text: { folded } }: Place): boolean {
  return words === '' ? start === 0 : folded.text.endsWith(words, start);
}

/** The JSON object in a reply, whatever is said around it; a list counts as that of the entities. Null where there is none. */
function objectIn(reply: string): unknown {
  for (const [open, close] of [['{', '}'], ['[', ']']] as const) {
    const [start, end] = [reply.indexOf(open), reply.lastIndexOf(close)];
    const other = open === '{' ? reply.indexOf('[') : -1;
    if (start < 0 || end < start || (other >= 0 && other < start)) continue;
    try {
      return JSON.parse(reply.slice(start, end + 1));
    } catch {
      return null;
    }
  }
  return null;
}

function numberedIn(answer: unknown, number: number): unknown {
  const texts: unknown = Array.isArray(answer) ? answer : member(answer, 'texts');
  return Array.isArray(texts) ? texts.find((one) => Number(member(one, 'number')) === number) : null;
}

function listOf(answer: unknown): Listed[] | null {
  const entities: unknown = Array.isArray(answer) ? answer : member(answer, 'entities');
  if (!Array.isArray(entities)) return null;
  return entities.map((one) => {
    const [text, type, before, reason] = ['text', 'type', 'before', 'reason'].map((name) => member(one, name)).map((value) => (typeof value === 'string' ? value : ''));
    return { text: typeof one === 'string' ? one : text!, type: type!, before: before!, reason: reason!.trim() };
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
