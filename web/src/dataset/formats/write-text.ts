import type { FormatWriter } from './format.ts';
import { holdAll } from './hold.ts';

/** Texts alone, one a line: line ends within a text become a space. */
export const textWriter: FormatWriter = {
  format: 'text',
  ending: 'txt',
  mediaType: 'text/plain',
  holds: { spans: 'none', text: 'line', words: false, scores: false, notes: false, sources: false, splits: false, suggestions: false },
  *write({ documents, language }) {
    for (const { text } of holdAll(documents, this.holds, language)) yield `${text}\n`;
  },
};
