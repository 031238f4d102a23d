import { readIndex, writeIndex, type NeighbourIndex } from '../../llm/neighbours/neighbour-index.ts';
import { hexOf } from '../../text/hex.ts';

/** Changing it leaves indexes of the form before behind: they are made anew. */
const CACHE = 'tagsmith-examples-v1';

/** So many are kept, the newest ones, and none that is larger. */
const MOST = 3;
const MOST_BYTES = 64 * 2 ** 20;

/** Apart, because Vite takes a `URL` made of `import.meta.url` on the spot for a file of the project. */
const here = import.meta.url;

/**
 * The index that was made of the same before; else `make` makes it, and the browser keeps it for the next time.
 * @param madeOf all that the index depends on, as JSON can write it
 */
export async function keptIndex(madeOf: unknown, make: () => Promise<NeighbourIndex>, caches: CacheStorage | undefined = globalThis.caches): Promise<NeighbourIndex> {
  const cache = await caches?.open(CACHE).catch(() => undefined); // missing outside a secure context, refused in some private windows
  if (!cache) return make();
  const key = hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(madeOf)))));
  const address = new URL(`examples/${key}`, here).href;
  const kept = await cache.match(address);
  const index = kept && readSound(new Uint8Array(await kept.arrayBuffer()), key);
  if (index) return index;
  const made = await make();
  const bytes = writeIndex(made, key);
  if (bytes.byteLength > MOST_BYTES) return made;
  await cache.put(address, new Response(bytes)).catch(() => undefined); // without room it is made anew each time
  for (const old of (await cache.keys()).slice(0, -MOST)) await cache.delete(old);
  return made;
}

/** Null where the bytes are no index of this key. */
function readSound(bytes: Uint8Array, key: string): NeighbourIndex | null {
  try {
    return readIndex(bytes, key);
  } catch {
    return null;
  }
}
