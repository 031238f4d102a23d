import { spansToTags } from '../../../text/tags.ts';
import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { asLines } from './write-lines.ts';

/** Rows that `datasets.load_dataset("json", …)` reads; tags are strings, so no list of names is needed. */
export const huggingFaceWriter: FormatWriter = {
  format: 'hugging-face',
  ending: 'jsonl',
  mediaType: 'application/x-ndjson',
  holds: { spans: 'flat', text: 'words', words: true, scores: false, notes: false, sources: false, splits: true, suggestions: false },
  write({ documents, language }) {
    return asLines(holdAll(documents, this.holds, language), ({ text, words = [], spans, split }) => {
      return { tokens: words.map((word) => text.slice(...word)), ner_tags: spansToTags(words, spans).tags, split };
    });
  },
};
