import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { asArray } from './write-lines.ts';

/** One JSON array, as GLiNER's training scripts load it. */
export const glinerWriter: FormatWriter = {
  format: 'gliner',
  ending: 'json',
  mediaType: 'application/json',
  holds: { spans: 'words', text: 'words', words: true, scores: false, notes: false, sources: false, splits: true, suggestions: false },
  write({ documents, language }) {
    return asArray(holdAll(documents, this.holds, language), ({ text, words = [], spans, split }) => {
      const first = new Map(words.map(([start], i) => [start, i]));
      const last = new Map(words.map(([, end], i) => [end, i]));
      return { tokenized_text: words.map((word) => text.slice(...word)), ner: spans.map(({ start, end, type }) => [first.get(start)!, last.get(end)!, type]), split };
    });
  },
};
