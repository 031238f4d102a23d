import { spansToTags } from '../../text/tags.ts';
import type { Tagging } from '../../text/tags.ts';
import type { WordRange } from '../../text/span.ts';
import { splitWords } from '../../text/words.ts';
import type { Document } from '../document.ts';

/** Words of a document: those of its file, else those that `splitWords` finds. */
function wordsOf(document: Document, language?: string): readonly WordRange[] {
  return document.words ?? splitWords(document.text, language);
}

/**
 * Documents as CoNLL, one sentence a part: token, tab, BIO tag. A document without words cannot be said and is left out.
 * `lost` is told of spans that tags cannot say (see `spansToTags`).
 */
export function* writeConll(
  documents: Iterable<Document>,
  { language, lost }: { language?: string; lost?: (document: Document, tagging: Tagging) => void } = {},
): Generator<string> {
  let first = true;
  for (const document of documents) {
    const words = wordsOf(document, language);
    const tagging = spansToTags(words, document.spans);
    if (lost && tagging.dropped.length + tagging.widened.length + tagging.empty.length) lost(document, tagging);
    const lines = sentence(document, words, tagging.tags);
    // A file that begins with U+FEFF is read without it: a byte order mark before it keeps the token.
    yield first && lines.startsWith('\ufeff') ? `\ufeff${lines}` : lines;
    first = false;
  }
}

/** The same with tags in hand, one list a document and one tag a word: tokens and sentences stay as they were. */
export function* writeTaggedConll(documents: Iterable<Document>, tags: readonly (readonly string[])[], language?: string): Generator<string> {
  let i = 0;
  for (const document of documents) {
    const words = wordsOf(document, language);
    const own = tags[i];
    if (own?.length !== words.length) {
      throw new Error(`Document ${document.id} has ${words.length} words and ${own?.length ?? 'no'} tags: there must be one tag a word.`);
    }
    yield sentence(document, words, own);
    i++;
  }
}

function sentence({ id, text }: Document, words: readonly WordRange[], tags: readonly string[]): string {
  if (!words.length) return '';
  let lines = '';
  for (let i = 0; i < words.length; i++) {
    const token = text.slice(words[i]![0], words[i]![1]);
    if (/[\t\n]/.test(token)) throw new Error(`Word ${i + 1} of document ${id} holds a tab or a line end, which CoNLL cannot say. Export JSONL.`);
    lines += `${token}\t${tags[i]!}\n`;
  }
  return `${lines}\n`;
}
