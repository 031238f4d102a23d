import { spansToTags } from '../../text/tags.ts';
import type { Tagging } from '../../text/tags.ts';
import type { WordRange } from '../../text/span.ts';
import type { Document } from '../document.ts';
import { isDocumentMark, MARK_IS_WORD } from './conll-layout.ts';
import { wordsOf } from './hold.ts';
import { plainToken } from './token.ts';

/**
 * Documents as CoNLL, one sentence a part: token, tab, BIO tag. A document without words cannot be said and is left out.
 * `lost` is told of spans that tags cannot say (see `spansToTags`).
 */
export function* writeConll(
  documents: Iterable<Document>,
  { language, lost }: { language?: string; lost?: (document: Document, tagging: Tagging) => void } = {},
): Generator<string> {
  yield* conllFile(sentences());

  function* sentences(): Generator<string> {
    for (const document of documents) {
      const words = wordsOf(document, language);
      const tagging = spansToTags(words, document.spans);
      if (lost && tagging.dropped.length + tagging.widened.length + tagging.empty.length) lost(document, tagging);
      yield conllSentence(document.text, words, tagging.tags);
    }
  }
}

/** The same with tags in hand, one list a document and one tag a word: tokens and sentences stay as they were. */
export function* writeTaggedConll(documents: Iterable<Document>, tags: readonly (readonly string[])[], language?: string): Generator<string> {
  yield* conllFile(sentences());

  function* sentences(): Generator<string> {
    let i = 0;
    for (const document of documents) {
      const words = wordsOf(document, language);
      const own = tags[i++];
      if (own?.length !== words.length) {
        throw new Error(`Document ${document.id} has ${words.length} words and ${own?.length ?? 'no'} tags: there must be one tag a word.`);
      }
      yield conllSentence(document.text, words, own);
    }
  }
}

/** The lines of one text, with a blank line behind them; none where it has no words. White space that would end a line or a column is written as a space. */
export function conllSentence(text: string, words: readonly WordRange[], tags: readonly string[], separator: '\t' | ' ' = '\t'): string {
  if (!words.length) return '';
  let lines = '';
  let hasMark = false;
  for (let i = 0; i < words.length; i++) {
    const line = `${plainToken(text.slice(words[i]![0], words[i]![1]))}${separator}${tags[i]!}\n`;
    hasMark ||= isDocumentMark(line);
    lines += line;
  }
  return `${hasMark ? `${MARK_IS_WORD}\n` : ''}${lines}\n`;
}

/** Sentences as one file. A file that begins with U+FEFF is read without it: a byte order mark before it keeps the token. */
export function* conllFile(sentences: Iterable<string>): Generator<string> {
  let first = true;
  for (const sentence of sentences) {
    if (!sentence) continue;
    yield first && sentence.startsWith('\ufeff') ? `\ufeff${sentence}` : sentence;
    first = false;
  }
}
