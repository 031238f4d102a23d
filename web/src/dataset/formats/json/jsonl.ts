import { codePointsToUtf16 } from '../../../text/offsets.ts';
import type { WordRange } from '../../../text/span.ts';
import type { Suggestion } from '../../document.ts';
import type { ReaderContext } from '../reader.ts';
import { isBlankToken } from '../token.ts';
import { acceptsText } from './shape.ts';
import type { ItemShape } from './shape.ts';
import { isWhole, listedSpans, rawSpan, readSpans } from './spans.ts';
import type { RawSpan } from './spans.ts';
import { isObject } from './value.ts';
import type { Json } from './value.ts';

/**
 * A text with spans: Prodigy's form (prodi.gy/docs/api-interfaces, "ner_manual"), spaCy's with `entities` or `ents` (its Doc.to_json), and our own, which adds
 * `source`, `note`, `split` and `suggestions` to Prodigy's. Offsets are code points.
 */
export function jsonlShape(context: ReaderContext): ItemShape {
  return {
    format: 'jsonl',
    matches: (item) => typeof item['text'] === 'string',
    read(item, place) {
      const text = item['text'] as string;
      const { line } = place;
      if (item['answer'] === 'reject' || item['answer'] === 'ignore') {
        context.builder.repair('rejected-text', line, text);
        return null;
      }
      if (!acceptsText(text, context, place)) return null;
      const toUtf16 = codePointsToUtf16(text);
      const tokens = Array.isArray(item['tokens']) && item['tokens'].every(isObject) ? item['tokens'] : null;
      const words = tokens && readWords(tokens, text, toUtf16);
      if (tokens && !words) context.builder.repair('misplaced-words', line, text);
      const target = { text, line, toUtf16 };
      const spans = readSpans(listedSpans(item, ['spans', 'entities', 'ents', 'label', 'labels']).map((entry) => byTokens(rawSpan(entry), tokens)), target, context);
      const suggestions = Array.isArray(item['suggestions']) ? readSuggestions(item['suggestions'], target, context) : [];
      return { text, ...(words ? { words } : {}), spans, ...(suggestions.length ? { suggestions } : {}), split: item['split'] };
    },
  };
}

/** Prodigy counts a span in tokens as well as in characters: `token_end` is the last one. Some files have that alone. */
function byTokens(raw: RawSpan, tokens: readonly Json[] | null): RawSpan {
  if (!tokens || raw.start !== undefined || !isObject(raw.entry)) return raw;
  const { token_start: first, token_end: last } = raw.entry;
  return isWhole(first) && isWhole(last) ? { ...raw, start: tokens[first]?.['start'], end: tokens[last]?.['end'] } : raw;
}

/** Null where they are not in order, overlap or leave the text. White space, which spaCy has as tokens too, is no word. */
function readWords(tokens: readonly Json[], text: string, toUtf16: (offset: number) => number): WordRange[] | null {
  const words: WordRange[] = [];
  let before = 0;
  for (const { start, end } of tokens) {
    if (!isWhole(start) || !isWhole(end) || start < before || end <= start || toUtf16(end) > text.length) return null;
    before = end;
    const word: WordRange = [toUtf16(start), toUtf16(end)];
    if (!isBlankToken(text.slice(...word))) words.push(word);
  }
  return words;
}

function readSuggestions(entries: readonly unknown[], target: { text: string; line: number; toUtf16: (offset: number) => number }, context: ReaderContext): Suggestion[] {
  const layers = Map.groupBy(entries.filter(isObject), ({ layer }) => (typeof layer === 'string' && layer.trim()) || 'suggestions');
  return [...layers].flatMap(([layer, own]) => {
    const spans = readSpans(own.map(rawSpan), { ...target, source: 'model' }, context);
    if (spans[0]) context.builder.layer(layer, spans[0].source);
    return spans.map((span) => ({ ...span, layer }));
  });
}
