import type { WordRange } from '../../../text/span.ts';
import type { ReaderContext } from '../reader.ts';
import type { ItemShape } from './shape.ts';
import { isWhole, rawSpan, readSpans } from './spans.ts';
import type { RawSpan } from './spans.ts';
import { readTokens } from './tokens.ts';

/** GLiNER's training data (urchade.github.io/GLiNER, "Dataset Format"): tokens, and entities as [first, last, type] with the last token included. */
export function glinerShape(context: ReaderContext): ItemShape {
  return {
    format: 'gliner',
    matches: (item) => Array.isArray(item['tokenized_text']),
    read(item, place) {
      const content = readTokens('tokenized_text', item['tokenized_text'], context, place);
      if (!content) return null;
      const { text, words } = content;
      const entries = Array.isArray(item['ner']) ? item['ner'] : [];
      const raw = entries.map((entry) => inCharacters(rawSpan(entry), words));
      return { text, words, spans: readSpans(raw, { text, line: place.line, toUtf16: (offset) => offset }, context), split: item['split'] };
    },
  };
}

/** Numbers of tokens as offsets; one past the last token stays out of the text, so that it is reported. */
function inCharacters(raw: RawSpan, words: readonly WordRange[]): RawSpan {
  const { start, end } = raw;
  if (!isWhole(start) || !isWhole(end)) return raw;
  const outside = (words.at(-1)?.[1] ?? 0) + 1;
  return { ...raw, start: words[start]?.[0] ?? (start < 0 ? -1 : outside), end: words[end]?.[1] ?? (end < 0 ? -1 : outside) };
}
