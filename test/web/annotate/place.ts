import type { Document, Suggestion } from '../../../web/src/dataset/document.ts';
import type { Span } from '../../../web/src/text/span.ts';
import { begin, type Session } from '../../../web/src/annotate/session.ts';
import { splitWords } from '../../../web/src/text/words.ts';

/** A text with `[labels:type]` and `{suggestions:type:score}` in it. */
export function textOf(marked: string): Document {
  const spans: Span[] = [];
  const suggestions: Suggestion[] = [];
  let text = '';
  for (const part of marked.split(/(\[[^\]]*\]|\{[^}]*\})/)) {
    const [, open, string, type, score] = /^([[{])(.*?):([^:]*?)(?::([\d.]+))?[\]}]$/.exec(part) ?? [];
    if (open === undefined) {
      text += part;
      continue;
    }
    const range = { start: text.length, end: text.length + string!.length };
    text += string!;
    if (open === '[') spans.push({ ...range, type: type!, source: 'manual' });
    else suggestions.push({ ...range, type: type!, source: 'model', layer: 'l1', ...(score ? { score: Number(score) } : {}) });
  }
  return { id: marked, text, spans, ...(suggestions.length > 0 ? { suggestions } : {}), origin: { file: 'a.txt', line: 1 } };
}

/** A document in the same notation: labels, then open suggestions where no label is. */
export function shown(document: Document): string {
  const open = (document.suggestions ?? []).filter(({ decided }) => !decided).map((suggestion) => ({ ...suggestion, open: '{', close: `:${suggestion.type}${suggestion.score === undefined ? '' : `:${suggestion.score}`}}` }));
  const marks = [...document.spans.map((span) => ({ ...span, open: '[', close: `:${span.type}]` })), ...open].sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let at = 0;
  for (const { start, end, open: opening, close } of marks) {
    if (start < at) continue;
    result += `${document.text.slice(at, start)}${opening}${document.text.slice(start, end)}${close}`;
    at = end;
  }
  return result + document.text.slice(at);
}

export function sessionOf(marked: string): Session {
  const document = textOf(marked);
  return begin(document, splitWords(document.text, 'en'));
}

/** What the cursor is on. */
export const chosen = ({ document, cursor }: Session): string => document.text.slice(cursor.start, cursor.end);
