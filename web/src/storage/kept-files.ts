/** Files of the runtime that the browser keeps for times without a network. The service worker answers from it. */
export const runtimeCache = 'tagsmith-runtime';

/**
 * Sees to it that the files at `wanted` are kept, and lets go of what lies in the same folder and is not of this version (`all`). Addresses are
 * absolute. What the browser's HTTP cache has is not loaded again. Rejects where there is no network or no room.
 */
export async function keepFiles(wanted: readonly string[], all: readonly string[]): Promise<void> {
  const cache = await caches.open(runtimeCache);
  for (const url of wanted) if (!(await cache.match(url))) await cache.add(url);
  const folders = all.map((url) => new URL('.', url).href);
  const outdated = (await cache.keys()).filter(({ url }) => folders.includes(new URL('.', url).href) && !all.includes(url));
  await Promise.all(outdated.map((request) => cache.delete(request)));
}
