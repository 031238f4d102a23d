import { queueOf, type QueueFilter } from '../../annotate/queue.ts';
import type { DocumentRecord } from '../../storage/schema.ts';
import { inSlices } from './in-slices.ts';

/** Texts that a filter lets through, in their order; null where the signal came before it was done. */
export async function filterDocuments(records: readonly DocumentRecord[], filter: QueueFilter, signal: AbortSignal): Promise<readonly DocumentRecord[] | null> {
  if (Object.values(filter).every((value) => value === null || value === '')) return records;
  const through: DocumentRecord[] = [];
  const done = await inSlices(records, (record) => through.push(...queueOf([record], filter, 'given')), signal);
  return done ? through : null;
}
