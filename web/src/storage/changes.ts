import { reverse, type Change } from '../dataset/change.ts';
import { atomically, settle } from './atomic.ts';
import { editBlocks } from './edit-blocks.ts';
import { decodeChange, encodeChange } from './encode.ts';
import { ConflictError } from './failures.ts';
import { moved, type Move } from './history.ts';
import type { Store } from './open.ts';
import { same } from './same.ts';
import type { DatasetRecord, PlacedDocument } from './schema.ts';

/** A step of the history that was undone or redone (as it was first made), and the data set's record after it. */
export interface Step {
  change: Change;
  record: DatasetRecord;
}

/** All documents of a data set as one tab knows them, at one revision. Where that is the stored one, none need be read to be changed. */
export interface Known {
  revision: number;
  documents: readonly PlacedDocument[];
}

const stores = ['datasets', 'blocks', 'changes'] as const;

/**
 * `complete` then means that the operating system has the data: what was written outlives the tab and the browser. After a
 * power cut the last moments may be missing, but never a part of a transaction. Waiting for the disk costs some ten
 * milliseconds a key press.
 */
const quickly = { durability: 'relaxed' } as const;

const transactionOf = (store: Store) => store.transaction(stores, 'readwrite', quickly);
type Transaction = ReturnType<typeof transactionOf>;

/**
 * Writes a change: documents, types, layers, counts and a step of the history, in one transaction. What had been undone
 * can no longer be redone.
 * @returns the data set's record after it.
 * @throws ConflictError where the data set is no longer as the change expects it, StorageFullError; nothing is written then.
 */
export async function applyChange(store: Store, dataset: string, change: Change, known?: Known): Promise<DatasetRecord> {
  const transaction = transactionOf(store);
  return atomically(transaction, async () => {
    const before = await recordOf(transaction, dataset);
    const changes = transaction.objectStore('changes');
    const { done, total } = before.history;
    const [record] = await Promise.all([
      write(transaction, before, change, 'apply', known),
      settle([
        ...(total > done ? [() => changes.delete(IDBKeyRange.bound([dataset, done], [dataset, total]))] : []),
        () => changes.put({ dataset, number: done, what: change.what, change: encodeChange(change) }),
      ]),
    ]);
    return record;
  });
}

/**
 * Takes the last step back; null where there is none.
 * @throws like `applyChange`.
 */
export async function undoChange(store: Store, dataset: string, known?: Known): Promise<Step | null> {
  return step(store, dataset, 'undo', known);
}

/**
 * Makes the step that was taken back last again; null where there is none.
 * @throws like `applyChange`.
 */
export async function redoChange(store: Store, dataset: string, known?: Known): Promise<Step | null> {
  return step(store, dataset, 'redo', known);
}

/** A step of the history by its number, from 0. */
export async function readChange(store: Store, dataset: string, number: number): Promise<Change | undefined> {
  const stored = await store.get('changes', [dataset, number]);
  return stored && decodeChange(stored.change);
}

async function step(store: Store, dataset: string, move: 'undo' | 'redo', known?: Known): Promise<Step | null> {
  const transaction = transactionOf(store);
  return atomically(transaction, async () => {
    const record = await recordOf(transaction, dataset);
    const { done, total } = record.history;
    const [number, neighbour] = move === 'undo' ? [done - 1, done - 2] : [done, done + 1];
    if (number < 0 || number >= total) return null;
    const changes = transaction.objectStore('changes');
    const [stored, beyond] = await Promise.all([changes.get([dataset, number]), changes.get([dataset, neighbour])]);
    if (!stored) throw new ConflictError('This step of the history is no longer in this browser. Nothing was changed.');
    const change = decodeChange(stored.change);
    const acting = move === 'undo' ? reverse(change) : change;
    return { change, record: await write(transaction, record, acting, move, known, beyond?.what) };
  });
}

async function recordOf(transaction: Transaction, dataset: string): Promise<DatasetRecord> {
  const record = await transaction.objectStore('datasets').get(dataset);
  if (!record) throw new ConflictError('This data set was deleted in the meantime, so nothing was changed.');
  return record;
}

async function write(transaction: Transaction, before: DatasetRecord, change: Change, move: Move, known?: Known, beyond: string | null = null): Promise<DatasetRecord> {
  const { dataset } = before;
  if (change.types && !same(change.types.before, dataset.types)) throw new ConflictError('The types of this data set were changed in the meantime, so nothing was changed. Look at them again and repeat it.');
  if (change.layers && !same(change.layers.before, dataset.layers)) throw new ConflictError('The layers of this data set were changed in the meantime, so nothing was changed. Look at them again and repeat it.');
  const blocks = transaction.objectStore('blocks');
  await editBlocks(blocks, before.id, change.documents, known?.revision === before.revision ? known.documents : undefined);
  const record = moved(before, change, move, beyond);
  await transaction.objectStore('datasets').put(record);
  return record;
}
