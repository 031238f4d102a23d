import type { Change } from '../dataset/change.ts';
import type { DatasetRecord } from './schema.ts';

/** What happens to a change: it is made, taken back, or made again. */
export type Move = 'apply' | 'undo' | 'redo';

/**
 * A data set's record after a change was made, taken back or made again.
 * @param change as it acts on the data set: the reverse of the stored one for an undo.
 * @param beyond what the step after this one in the same direction is about: known for undo and redo alone.
 */
export function moved(record: DatasetRecord, change: Change, move: Move, beyond: string | null = null): DatasetRecord {
  const { dataset } = record;
  const { types, layers, documents } = change;
  let { texts, next } = record;
  for (const { position, before, after } of documents) {
    if (before === null) texts += 1;
    if (after === null) texts -= 1;
    if (position >= next) next = position + 1;
  }
  return {
    ...record,
    dataset: types || layers ? { ...dataset, ...(types ? { types: types.after } : {}), ...(layers ? { layers: layers.after } : {}) } : dataset,
    texts,
    next,
    revision: record.revision + 1,
    history: movedHistory(record, change.what, move, beyond),
  };
}

function movedHistory({ history }: DatasetRecord, what: string, move: Move, beyond: string | null): DatasetRecord['history'] {
  const { done, total } = history;
  if (move === 'undo') return { done: done - 1, total, undo: beyond, redo: what };
  if (move === 'redo') return { done: done + 1, total, undo: what, redo: beyond };
  return { done: done + 1, total: done + 1, undo: what, redo: null };
}
