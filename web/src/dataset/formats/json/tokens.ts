import type { WordRange } from '../../../text/span.ts';
import type { Document } from '../../document.ts';
import type { ReaderContext } from '../reader.ts';
import { plainToken } from '../token.ts';
import { acceptsText } from './shape.ts';
import type { Place } from './shape.ts';

/** Tokens as a text with one space between them; null where they are none, which has been reported. */
export function readTokens(key: string, tokens: unknown, context: ReaderContext, place: Place): Required<Pick<Document, 'text' | 'words'>> | null {
  if (!Array.isArray(tokens) || !tokens.length || !tokens.every((token) => typeof token === 'string')) {
    place.problem(`"${key}" must be a list of strings, at least one.`);
    return null;
  }
  const clean = tokens.map((token: string) => cleanToken(token, context, place.line));
  const words: WordRange[] = [];
  let offset = 0;
  for (const token of clean) {
    words.push([offset, offset + token.length]);
    offset += token.length + 1;
  }
  const text = clean.join(' ');
  return acceptsText(text, context, place) ? { text, words } : null;
}

function cleanToken(token: string, { builder }: ReaderContext, line: number): string {
  if (!token) {
    builder.repair('empty-token', line);
    return '\ufffd';
  }
  const plain = plainToken(token);
  if (plain !== token) builder.repair('token-white-space', line, token);
  return plain;
}
