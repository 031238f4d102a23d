import type { Store } from '../open.ts';
import { lostOwners, removeReplies } from '../replies.ts';

/** What is being restored lies under ids that begin so, where nothing shows it, until all of it is there. */
export const stagedId = (fresh: string): string => `staged:${fresh}`;

const range = (): IDBKeyRange => IDBKeyRange.bound(['staged:'], ['staged;']);

/** Deletes what a restore left that was broken off, by a closed tab or a full disk, and replies of data sets that are gone. */
export async function removeLeftovers(store: Store): Promise<void> {
  const transaction = store.transaction(['blocks', 'changes', 'modelFiles'], 'readwrite');
  await Promise.all([transaction.objectStore('blocks').delete(range()), transaction.objectStore('changes').delete(range()), transaction.objectStore('modelFiles').delete(range()), transaction.done]);
  for (const owner of await lostOwners(store)) await removeReplies(store, owner);
}

/** Whether there is anything of the kind: looks at keys alone. */
export async function hasLeftovers(store: Store): Promise<boolean> {
  const keys = await Promise.all([store.getKey('blocks', range()), store.getKey('changes', range()), store.getKey('modelFiles', range())]);
  return keys.some((key) => key !== undefined) || (await lostOwners(store)).length > 0;
}

