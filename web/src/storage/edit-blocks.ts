import type { IDBPObjectStore, StoreNames } from 'idb';
import { changed, type DocumentChange } from '../dataset/change.ts';
import type { Document } from '../dataset/document.ts';
import { inTurns } from './atomic.ts';
import { blockIndex, countBelow, repack, toRecord, type Block } from './blocks.ts';
import { decodeDocuments } from './encode.ts';
import { ConflictError } from './failures.ts';
import { within } from './keys.ts';
import { same } from './same.ts';
import type { PlacedDocument, TagsmithSchema } from './schema.ts';

type Blocks = IDBPObjectStore<TagsmithSchema, StoreNames<TagsmithSchema>[], 'blocks', 'readwrite'>;

/**
 * Rewrites the blocks that hold changed documents, within a transaction of the caller.
 * @param known all documents as they are stored, where the caller has them: then none is read.
 * @throws ConflictError where a document is not as the change expects it; the caller ends the transaction.
 */
export async function editBlocks(blocks: Blocks, dataset: string, edits: readonly DocumentChange[], known?: readonly PlacedDocument[]): Promise<void> {
  if (edits.length === 0) return;
  if (new Set(edits.map(({ position }) => position)).size < edits.length) throw new Error('A change names a text twice, so it could not be undone. Nothing was changed.');
  const numbers = (await blocks.getAllKeys(within(dataset))).map(([, number]) => number);
  const groups = Map.groupBy(edits, ({ position }) => blockIndex(numbers, position));
  const stored = known ? knownBlocks(known, numbers, groups.keys()) : await readBlocks(blocks, dataset, numbers, [...groups.keys()]);
  const writes: (() => Promise<unknown>)[] = [];
  for (const [index, group] of groups) {
    // What lies before the first block gets a block of its own.
    const block = numbers[index] ?? group.reduce((least, { position }) => Math.min(least, position), Infinity);
    const rewritten = repack({ block, documents: edited(stored.get(block) ?? [], group) });
    writes.push(...rewritten.map((part) => () => blocks.put(toRecord(dataset, part))));
    if (rewritten.length === 0) writes.push(() => blocks.delete([dataset, block]));
  }
  await inTurns(writes);
}

/** All at once where most are wanted: one request is faster than many. */
async function readBlocks(blocks: Blocks, dataset: string, numbers: readonly number[], indexes: readonly number[]): Promise<Map<number, Block['documents']>> {
  const wanted = indexes.map((index) => numbers[index]).filter((number) => number !== undefined);
  const read = wanted.length > numbers.length / 2 ? await blocks.getAll(within(dataset)) : await Promise.all(wanted.map(async (number) => blocks.get([dataset, number])));
  return new Map(read.filter((record) => record !== undefined).map((record) => [record.block, decodeDocuments(record.documents)]));
}

function knownBlocks(known: readonly PlacedDocument[], numbers: readonly number[], indexes: Iterable<number>): Map<number, Block['documents']> {
  const from = (position: number): number => countBelow(known.length, (index) => known[index]!.position, position);
  return new Map(
    [...indexes].filter((index) => index >= 0).map((index) => {
      const [number, next] = [numbers[index]!, numbers[index + 1] ?? Infinity];
      return [number, known.slice(from(number), from(next))];
    }),
  );
}

function edited(documents: Block['documents'], edits: readonly DocumentChange[]): Block['documents'] {
  const byPosition = new Map(documents.map(({ position, document }) => [position, document]));
  let added = false;
  for (const edit of edits) {
    const { position } = edit;
    const document = byPosition.get(position);
    expectUnchanged(document, edit);
    const after = changed(document, edit);
    if (after) byPosition.set(position, after);
    else byPosition.delete(position);
    added ||= !document;
  }
  const result = [...byPosition].map(([position, document]) => ({ position, document }));
  return added ? result.sort((a, b) => a.position - b.position) : result;
}

function expectUnchanged(document: Document | undefined, { before, after }: DocumentChange): void {
  const asExpected = before === null ? document === undefined : document !== undefined && hasFields(document, before, after);
  if (!asExpected) throw new ConflictError('A text was changed in another tab in the meantime, so nothing was changed. Look at it again and repeat it.');
}

/** Fields that only the later state names were absent before. */
function hasFields(document: Document, before: object, after: object | null): boolean {
  const [stored, expected] = [document as object as Record<string, unknown>, before as Record<string, unknown>];
  const names = after === null ? new Set([...Object.keys(document), ...Object.keys(before)]) : new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) if (!same(stored[name], expected[name])) return false;
  return true;
}
