import type { ReplyStore, StoredReply } from '../llm/replies.ts';
import { explain } from './failures.ts';
import type { Store } from './open.ts';
import type { ReplyRecord } from './schema.ts';

/**
 * The replies in this browser, for work on one data set: those of all data sets are found, and new ones are noted as its.
 * Writing throws StorageFullError where the browser has no room left.
 */
export function repliesFor(store: Store, dataset: string): ReplyStore {
  return {
    async read(keys) {
      const reading = store.transaction('replies');
      const found = await Promise.all(keys.map(async (key) => reading.store.get(key)));
      return new Map(found.flatMap((record) => (record ? [[record.key, replyOf(record)]] : [])));
    },
    async write(reply) {
      try {
        // What that means for a reply is said in `changes.ts`: after a power cut some of the last may have to be asked again.
        const writing = store.transaction('replies', 'readwrite', { durability: 'relaxed' });
        await Promise.all([writing.store.put({ ...reply, dataset }), writing.done]);
      } catch (error) {
        throw explain(error);
      }
    },
    async sample(model, task, most) {
      // Within one model and task they lie in the order of their keys, which are hashes.
      const ofTask = await store.getAllFromIndex('replies', 'asked', IDBKeyRange.only([model, task]), most);
      const found = ofTask.length > 0 ? ofTask : await store.getAllFromIndex('replies', 'asked', IDBKeyRange.bound([model], [model, []]), most);
      return found.map(replyOf);
    },
  };
}

const replyOf = ({ dataset: _, ...reply }: ReplyRecord): StoredReply => reply;

/** Data sets for which there are replies although they are not there themselves: deleted, or not yet restored. */
export async function lostOwners(store: Store): Promise<string[]> {
  const reading = store.transaction(['datasets', 'replies']);
  const known = new Set(await reading.objectStore('datasets').getAllKeys());
  const lost: string[] = [];
  const owners = reading.objectStore('replies').index('dataset');
  for (let cursor = await owners.openKeyCursor(null, 'nextunique'); cursor; cursor = await cursor.continue()) if (!known.has(cursor.key)) lost.push(cursor.key);
  return lost;
}

/** Deletes the replies that were asked for a data set. */
export async function removeReplies(store: Store, dataset: string): Promise<void> {
  const writing = store.transaction('replies', 'readwrite');
  const keys = await writing.store.index('dataset').getAllKeys(dataset);
  await Promise.all([...keys.map(async (key) => writing.store.delete(key)), writing.done]);
}
