import { hasLeftovers, removeLeftovers } from '../storage/backup/leftovers.ts';
import type { Backup } from '../storage/backup/read.ts';
import type { Existing } from '../storage/backup/ids.ts';
import { markExported } from '../storage/datasets.ts';
import { newId } from './new-id.ts';
import { store } from './store.ts';

/** Bytes gathered before they are handed to the browser, which keeps what it is given on the disk where it is much. */
const part = 4 << 20;

/** Everything in this browser as one file: data sets with their history, runs, taggers and settings, but no secrets. */
export async function makeBackup(): Promise<Blob> {
  const [opened, { writeBackup }] = await Promise.all([store(), import('../storage/backup/write.ts')]);
  const parts: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const saved = await writeBackup(opened, (bytes) => {
    waiting.push(bytes);
    size += bytes.length;
    if (size < part) return;
    parts.push(new Blob(waiting));
    [waiting, size] = [[], 0];
  });
  // A data set that was deleted meanwhile needs no mark.
  await Promise.allSettled(saved.map(async ({ id, revision }) => markExported(opened, id, revision)));
  return new Blob([...parts, ...waiting], { type: 'application/zip' });
}

/**
 * Reads a backup through and checks it; nothing is written.
 * @throws with a sentence for people where it is not whole, no backup, or of a newer Tagsmith.
 */
export async function readBackup(file: Blob): Promise<Backup> {
  return (await import('../storage/backup/read.ts')).readBackup(file);
}

/**
 * Brings a backup into this browser, all or nothing. Show it with `workspace.refresh()`.
 * @returns the ids of its data sets.
 */
export async function restoreBackup(backup: Backup, existing: Existing): Promise<string[]> {
  const [opened, restoring] = await Promise.all([store(), import('../storage/backup/restore.ts')]);
  const restore = async (): Promise<string[]> => restoring.restoreBackup(opened, backup, { existing, newId });
  const locks = navigator.locks as LockManager | undefined;
  return locks ? locks.request(lockName, restore) : restore();
}

const lockName = 'tagsmith-restore';

/** Clears away what a restore left that was broken off, unless one is under way in another tab. */
export async function removeBrokenOff(): Promise<void> {
  const opened = await store();
  const locks = navigator.locks as LockManager | undefined;
  if (!locks || !(await hasLeftovers(opened))) return;
  await locks.request(lockName, { ifAvailable: true }, async (lock) => {
    if (lock) await removeLeftovers(opened);
  });
}
