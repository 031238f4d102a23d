import { inScheme } from '../../text/schemes.ts';
import type { TagScheme } from '../../text/schemes.ts';
import { spansToTags } from '../../text/tags.ts';
import type { Exported, FormatWriter, Holds } from './format.ts';
import { holdAll } from './hold.ts';
import { conllFile, conllSentence } from './write-conll.ts';

export interface ConllOptions {
  /** BIO unless told. */
  scheme?: TagScheme;
  /** A tab unless told. A space is possible where no token and no type has one: ask `whyNotSpaces` first. */
  separator?: '\t' | ' ';
  /** Whether each document begins with `-DOCSTART-`, as in CoNLL-2003. */
  documentMarks?: boolean;
}

const HOLDS: Holds = { spans: 'flat', text: 'words', words: true, scores: false, notes: false, sources: false, splits: false, suggestions: false };

/** What stands on the line of a document mark, as in CoNLL-2003 but for the columns that are not there. */
const mark = (separator: string): string => `-DOCSTART-${separator}O\n\n`;

/** Why columns cannot be separated by spaces, with the first token or type that has one; null where they can. */
export function whyNotSpaces({ documents, language }: Pick<Exported, 'documents' | 'language'>): string | null {
  for (const { id, text, words, spans } of holdAll(documents, HOLDS, language)) {
    const token = words!.map(([start, end]) => text.slice(start, end)).find((word) => word.includes(' '));
    const type = spans.find((span) => span.type.includes(' '))?.type;
    const [what, value] = token === undefined ? ['type', type] : ['token', token];
    if (value !== undefined) return `The ${what} "${value}" of text ${id} has a space in it, so spaces cannot separate the columns. Choose tabs.`;
  }
  return null;
}

/**
 * A writer of CoNLL: a token and its tag a line, a blank line after each text. One file has no splits: write one a split.
 * Throws where the separator is a space and `whyNotSpaces` has a reason against it.
 */
export function conllWriter({ scheme = 'BIO', separator = '\t', documentMarks = false }: ConllOptions = {}): FormatWriter {
  const holds: Holds = { ...HOLDS, spans: scheme === 'IO' ? 'apart' : 'flat' };
  return {
    format: 'conll',
    ending: 'conll',
    mediaType: 'text/plain',
    holds,
    *write({ documents, language }) {
      const reason = separator === ' ' ? whyNotSpaces({ documents, language }) : null;
      if (reason) throw new Error(reason);
      yield* conllFile(sentences(documents, language));
    },
  };

  function* sentences(documents: Exported['documents'], language: string): Generator<string> {
    for (const { text, words, spans } of holdAll(documents, holds, language)) {
      const tags = inScheme(spansToTags(words!, spans).tags, scheme);
      yield (documentMarks ? mark(separator) : '') + conllSentence(text, words!, tags, separator);
    }
  }
}
