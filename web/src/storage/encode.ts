import type { Change, DocumentChange } from '../dataset/change.ts';
import type { Document } from '../dataset/document.ts';
import type { WordRange } from '../text/span.ts';
import type { PlacedDocument } from './schema.ts';

/**
 * Documents and changes are stored as JSON in UTF-8. Copying 50,000 documents of 25 words into and out of the database as
 * objects takes two to three times as long: each range of a word is an object to be cloned.
 */
type Bytes = Uint8Array<ArrayBuffer>;

/** A document whose ranges of words are one list of numbers: start, end, start, end, … */
type FlatDocument = Omit<Document, 'words'> & { words?: number[] };

const print = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value));
const parse = (bytes: Bytes): unknown => JSON.parse(new TextDecoder().decode(bytes));

export function encodeDocuments(documents: readonly PlacedDocument[]): Bytes {
  return print(documents.map(({ position, document }) => ({ position, document: document.words ? { ...document, words: document.words.flat() } : document })));
}

export function decodeDocuments(bytes: Bytes): PlacedDocument[] {
  const placed = parse(bytes) as { position: number; document: FlatDocument }[];
  for (const { document } of placed) if (document.words) (document as Document).words = pairs(document.words);
  return placed as PlacedDocument[];
}

/** A field that is taken away is undefined in a change, which JSON does not know: there it is null, as no field ever is. */
export function encodeChange(change: Change): Bytes {
  return print({ ...change, documents: change.documents.map((edit) => swapFields(edit, undefined, null)) });
}

export function decodeChange(bytes: Bytes): Change {
  const change = parse(bytes) as Change;
  return { ...change, documents: change.documents.map((edit) => swapFields(edit, null, undefined)) };
}

function pairs(numbers: readonly number[]): WordRange[] {
  const words: WordRange[] = [];
  for (let i = 0; i < numbers.length; i += 2) words.push([numbers[i]!, numbers[i + 1]!]);
  return words;
}

function swapFields(edit: DocumentChange, from: unknown, to: unknown): DocumentChange {
  const { position, before, after } = edit;
  const has = (fields: object | null): boolean => fields !== null && Object.values(fields).includes(from);
  if (!has(before) && !has(after)) return edit;
  const swap = <Fields extends object | null>(fields: Fields): Fields => fields && (Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === from ? to : value])) as Fields);
  return { position, before: swap(before), after: swap(after) };
}
