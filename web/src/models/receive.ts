import { ModelError } from './catalogue.ts';
import type { ModelFile } from './files.ts';

const pausesMs = [500, 2000];

/** A file as bytes, over HTTP. A broken transfer goes on where it stopped. Throws a `ModelError` where that does not help. */
export async function receive(
  file: ModelFile & { url: string },
  fetch: typeof globalThis.fetch,
  onBytes: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const host = new URL(file.url).host;
  let chunks: Uint8Array[] = [];
  let done = 0;
  for (let attempt = 0; ; attempt++) {
    let broken;
    try {
      const response = await fetch(file.url, { signal: signal ?? null, ...(done > 0 ? { headers: { range: `bytes=${done}-` } } : {}) });
      if (!response.ok || !response.body) {
        throw new ModelError(`${host} answered ${response.status} when asked for ${file.name}.`, 'Reload the page to try again, or choose another encoder.');
      }
      if (done > 0 && response.headers.get('content-range')?.startsWith(`bytes ${done}-`) !== true) [chunks, done] = [[], 0];
      const reader = response.body.getReader(); // Safari's streams are no async iterables
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        chunks.push(part.value);
        done += part.value.byteLength;
        onBytes(done);
      }
      if (file.size === undefined || done >= file.size) return joined(chunks, done);
      broken = `${file.size} bytes expected, ${done} got`;
    } catch (error) {
      if (error instanceof ModelError || signal?.aborted) throw error;
      broken = (error as Error).message;
    }
    const pause = pausesMs[attempt];
    if (pause === undefined) throw new ModelError(`${file.name} from ${host} broke off: ${broken}.`, 'Check the connection, then try again.');
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
