import type { Document } from '../../document.ts';
import type { Format } from '../format.ts';
import type { ReaderContext } from '../reader.ts';
import type { Json } from './value.ts';

/** What an item says of a document. `split` is what the item calls it. */
export interface Content extends Pick<Document, 'text' | 'words' | 'spans' | 'suggestions'> {
  split?: unknown;
}

/** Where an item stands, and who is told that it cannot be read. */
export interface Place {
  /** Line (from 1) on which it begins. */
  line: number;
  problem(message: string): void;
}

/** One form that an item of a JSON file may have. */
export interface ItemShape {
  readonly format: Format;
  matches(item: Json): boolean;
  /** Null where the item gives no document; then a problem or a repair has been reported. */
  read(item: Json, place: Place): Content | null;
}

/** Whether a text can be a document; if not, it has been reported. */
export function acceptsText(text: string, { builder, limits }: ReaderContext, { line, problem }: Place): boolean {
  if (text.length > limits.characters) problem(`The text has more than ${limits.characters} characters. Cut it into parts.`);
  else if (!text.trim()) builder.repair('empty-text', line);
  else return true;
  return false;
}
