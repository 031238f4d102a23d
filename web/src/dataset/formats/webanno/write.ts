import type { Span, WordRange } from '../../../text/span.ts';
import { firstWordEndingAfter } from '../../../text/tags.ts';
import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { escapeText, escapeValue } from './escape.ts';

const HEADER = '#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value\n\n';

/**
 * WebAnno TSV 3.3 with one layer, the named entities that every project of INCEpTION has. Each document is one sentence of the file, its line ends
 * parting `#Text=` lines. Offsets run through the whole file and count UTF-16 units, as the user guide says ("Encoding and Offsets").
 */
export const webannoWriter: FormatWriter = {
  format: 'webanno',
  ending: 'tsv',
  mediaType: 'text/tab-separated-values',
  holds: { spans: 'any', text: 'exact', words: 'cover', scores: false, notes: false, sources: false, splits: false, suggestions: false },
  *write({ documents, language }) {
    yield HEADER;
    let sentence = 0;
    let offset = 0;
    const numbers = { last: 0 };
    for (const { text, words, spans } of holdAll(documents, this.holds, language)) {
      sentence++;
      let block = '\n';
      for (const line of text.split('\n')) block += `#Text=${escapeText(line)}\n`;
      const rows = rowsOf(words!, spans);
      const named = numbersOf(rows, spans, numbers);
      for (const { token, part, start, end, spans: stacked } of rows) {
        const values = stacked.map((span) => escapeValue(span.type) + (named.has(span) ? `[${named.get(span)!}]` : ''));
        const number = `${sentence}-${token}${part ? `.${part}` : ''}`;
        block += `${number}\t${offset + start}-${offset + end}\t${escapeText(text.slice(start, end))}\t${values.join('|') || '_'}\t\n`;
      }
      yield block;
      // The line end that stands between two sentences.
      offset += text.length + 1;
    }
  },
};

/** A line of a sentence: a token, or a part of the token before it. */
interface Row {
  /** Number of the token, from 1. */
  token: number;
  /** Number of the part, from 1; 0 for the token itself. */
  part: number;
  start: number;
  end: number;
  spans: Span[];
}

/** A span stands on the line of each token it covers; where it covers a part of one, on a line for that part. */
function rowsOf(words: readonly WordRange[], spans: readonly Span[]): Row[] {
  const whole = words.map(([start, end], i): Row => ({ token: i + 1, part: 0, start, end, spans: [] }));
  const parts = new Map<Row, Map<string, Row>>();
  for (const span of spans) {
    for (let i = firstWordEndingAfter(words, span.start); i < words.length && words[i]![0] < span.end; i++) {
      const token = whole[i]!;
      const [start, end] = [Math.max(span.start, token.start), Math.min(span.end, token.end)];
      if (start === token.start && end === token.end) token.spans.push(span);
      else {
        if (!parts.has(token)) parts.set(token, new Map());
        const own = parts.get(token)!;
        const key = `${start}-${end}`;
        if (!own.has(key)) own.set(key, { token: i + 1, part: 0, start, end, spans: [] });
        own.get(key)!.spans.push(span);
      }
    }
  }
  return whole.flatMap((token) => {
    const own = [...(parts.get(token)?.values() ?? [])].sort((a, b) => a.start - b.start || b.end - a.end);
    own.forEach((row, i) => (row.part = i + 1));
    return [token, ...own];
  });
}

/** Numbers for spans over several lines and for those that share a line; for all where the lines alone would bring them back in another order. */
function numbersOf(rows: readonly Row[], spans: readonly Span[], numbers: { last: number }): Map<Span, number> {
  const lines = new Map<Span, number>();
  const shared = new Set<Span>();
  for (const { spans: stacked } of rows) {
    for (const span of stacked) {
      lines.set(span, (lines.get(span) ?? 0) + 1);
      if (stacked.length > 1) shared.add(span);
    }
  }
  const inOrder = [...lines.keys()].every((span, i) => span === spans[i]);
  const named = inOrder ? spans.filter((span) => shared.has(span) || lines.get(span)! > 1) : spans;
  return new Map(named.map((span) => [span, ++numbers.last]));
}
