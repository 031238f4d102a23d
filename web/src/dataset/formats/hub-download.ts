import { HubError } from './hub-error.ts';

/** How the hub is reached. */
export interface HubAccess {
  fetch: typeof fetch;
  /** Without a slash at its end; the Hugging Face hub unless told. */
  endpoint?: string;
  signal?: AbortSignal | undefined;
}

const PAUSES_MS = [500, 2000];

/**
 * Bytes of a file over HTTP as they come. A broken transfer goes on where it stopped, twice at most.
 * Throws a `HubError` where that does not help or the hub refuses.
 */
export async function* download(url: string, name: string, size: number | undefined, { fetch, signal }: HubAccess): AsyncGenerator<Uint8Array> {
  let done = 0;
  for (let attempt = 0; ; attempt++) {
    let broken: string;
    try {
      for await (const part of bodyFrom(url, name, done, fetch, signal)) {
        done += part.length;
        yield part;
      }
      if (size === undefined || done >= size) return;
      broken = `${size} bytes expected, ${done} got`;
    } catch (error) {
      if (error instanceof HubError || signal?.aborted) throw error;
      broken = (error as Error).message;
    }
    const pause = PAUSES_MS[attempt];
    if (pause === undefined) throw new HubError(`${name} from the hub broke off (${broken}). Check the connection, then try again.`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The file from `start`. A server that does not know ranges sends all of it; then the beginning is left out here. */
async function* bodyFrom(url: string, name: string, start: number, fetch: HubAccess['fetch'], signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const response = await fetch(url, { signal: signal ?? null, ...(start > 0 ? { headers: { range: `bytes=${start}-` } } : {}) });
  if (response.status === 401 || response.status === 403) {
    throw new HubError(`The hub gives ${name} only to those who were granted access. Ask for it on the data set's page there, download the file, and import it from your disk.`);
  }
  if (response.status === 404) throw new HubError(`The hub has no file ${name} any more. List the data set again.`);
  if (!response.ok || !response.body) throw new Error(`the hub answered ${response.status}`);
  let skip = start > 0 && response.status !== 206 ? start : 0;
  const reader = response.body.getReader(); // Safari's streams are no async iterables
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const left = part.value.subarray(Math.min(skip, part.value.length));
      skip -= part.value.length - left.length;
      if (left.length) yield left;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
