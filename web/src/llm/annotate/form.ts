import type { Marks } from './marks.ts';
import { fill, unfill } from './template.ts';

/** How an answer is to be written. */
export interface Form {
  /** The text with marks around its entities, or a JSON object that lists them. */
  kind: 'marked' | 'json';
  /** Each entity carries its type. */
  typed: boolean;
  /** Each carries a reason. */
  reasons: boolean;
  /** The request holds several texts, numbered under this word. Null for one text as it is. */
  label: string | null;
}

/** The part of a prompt that says how to write the answer. It is no part of what people edit: answers are read by it. */
export function formText(form: Form, marks: Marks): string {
  return fill(pattern(form), { ...marks, label: form.label ?? '' });
}

/** The form that was asked for by a text of `formText`, with the marks; null where it is none. */
export function readForm(text: string): { form: Form; marks: Marks } | null {
  for (const kind of ['marked', 'json'] as const) {
    for (const [typed, reasons, several] of FLAGS) {
      const found = unfill(pattern({ kind, typed, reasons, label: several ? '?' : null }), text, '\\S+?');
      const { open = '', close = '', field = '', label = null } = found ?? {};
      if (found) return { form: { kind, typed, reasons, label }, marks: { open, close, field } };
    }
  }
  return null;
}

/** Those with more to say come first: what they add could pass for a part of a mark. */
const FLAGS = [7, 6, 5, 4, 3, 2, 1, 0].map((bits) => [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0] as const);

function pattern(form: Form): string {
  return form.kind === 'marked' ? markedPattern(form) : jsonPattern(form);
}

function markedPattern({ typed, reasons, label }: Form): string {
  const inside = [...(typed ? ['type'] : []), ...(reasons ? ['reason'] : [])];
  return [
    label === null ? 'Answer with the text, copied exactly, character by character, and with nothing else.' : 'The texts are numbered. Answer with all of them, each under its line “{label} 1:”, “{label} 2:” and so on, copied exactly, character by character, and with nothing else.',
    inside.length === 0 ? 'Put {open} directly before each entity and {close} directly after it.' : `Write each entity as {open}entity${inside.map((one) => `{field}${one}`).join('')}{close}.`,
    ...(typed ? ['As its type write one of the names above.'] : []),
    ...(reasons ? ['As the reason write in a few words why it is one.'] : []),
    label === null ? 'If the text holds no such entity, give it back unchanged.' : 'A text that holds no such entity is given back unchanged.',
  ].join(' ');
}

function jsonPattern({ typed, reasons, label }: Form): string {
  const members = ['"text": "…"', ...(typed ? ['"type": "…"'] : []), '"before": "…"', ...(reasons ? ['"reason": "…"'] : [])].join(', ');
  return [
    label === null ? `Answer with a JSON object and with nothing else: {"entities": [{${members}}]}.` : `The texts are numbered: {label} 1, {label} 2 and so on. Answer with a JSON object and with nothing else, in which each text is listed: {"texts": [{"number": 1, "entities": [{${members}}]}]}.`,
    '"text" is the entity exactly as it stands in the text, "before" the three words before it, or fewer at the beginning.',
    ...(typed ? ['"type" is one of the names above.'] : []),
    ...(reasons ? ['"reason" says in a few words why it is one.'] : []),
    'An entity that occurs several times is listed once for each time. Where there is none, the list is empty.',
  ].join(' ');
}
