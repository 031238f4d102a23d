import { utf16ToCodePoints } from '../../../text/offsets.ts';
import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { asLines } from './write-lines.ts';

/** JSONL that doccano imports as sequence labelling. `split` becomes a column of its metadata: it has to be on every line, or doccano 1.8 stores none. */
export const doccanoWriter: FormatWriter = {
  format: 'doccano',
  ending: 'jsonl',
  mediaType: 'application/x-ndjson',
  holds: { spans: 'any', text: 'exact', words: false, scores: false, notes: false, sources: false, splits: true, suggestions: false },
  write({ documents, language }) {
    const split = documents.some((document) => document.split);
    return asLines(holdAll(documents, this.holds, language), ({ text, spans, split: own = null }, i) => {
      const toPoints = utf16ToCodePoints(text);
      return { id: i + 1, text, label: spans.map(({ start, end, type }) => [toPoints(start), toPoints(end), type]), ...(split ? { split: own } : {}) };
    });
  },
};
