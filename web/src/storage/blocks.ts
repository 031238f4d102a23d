import type { Document } from '../dataset/document.ts';
import { encodeDocuments } from './encode.ts';
import type { BlockRecord, PlacedDocument } from './schema.ts';

/**
 * Bounds of a block. One record a document takes ten times as long to write and four times as long to read; one record a
 * data set would rewrite all of it at each key press.
 */
const bounds = { documents: 128, characters: 64_000 };

/** A block that grew past its bounds is cut into parts with as much room again. */
const halves = { documents: bounds.documents / 2, characters: bounds.characters / 2 };

/** About how many characters a document takes in the store. */
function weigh({ text, words, spans, suggestions }: Document): number {
  return text.length + 16 * ((words?.length ?? 0) + spans.length + (suggestions?.length ?? 0));
}

/** What a block holds. */
export interface Block {
  block: number;
  documents: PlacedDocument[];
}

/**
 * Documents in the order of their places, as blocks. A document that is longer than a block has one of its own.
 * @param first number of the first block; the place of its first document unless told.
 */
export function pack(documents: readonly PlacedDocument[], first?: number, within = bounds): Block[] {
  const blocks: Block[] = [];
  let room = 0;
  for (const placed of documents) {
    const weight = weigh(placed.document);
    const last = blocks.at(-1);
    if (last && last.documents.length < within.documents && weight <= room) {
      last.documents.push(placed);
      room -= weight;
    } else {
      blocks.push({ block: last ? placed.position : (first ?? placed.position), documents: [placed] });
      room = within.characters - weight;
    }
  }
  return blocks;
}

/** A block after its documents changed: none where it is empty, several where it grew too large. */
export function repack({ block, documents }: Block): Block[] {
  const characters = documents.length > 1 ? documents.reduce((sum, { document }) => sum + weigh(document), 0) : 0;
  const tooLarge = documents.length > bounds.documents || characters > 2 * bounds.characters;
  if (tooLarge) return pack(documents, block, halves);
  return documents.length > 0 ? [{ block, documents }] : [];
}

export const toRecord = (dataset: string, { block, documents }: Block): BlockRecord => ({ dataset, block, documents: encodeDocuments(documents) });

/** Which of the ascending block numbers a place belongs to; −1 where it lies before them all. */
export function blockIndex(numbers: readonly number[], position: number): number {
  return countBelow(numbers.length, (index) => numbers[index]!, position + 1) - 1;
}

/** How many of some rising whole numbers are below a bound. */
export function countBelow(length: number, at: (index: number) => number, bound: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
