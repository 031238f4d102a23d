/** A body that is larger than it may be. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/** Reads a body of at most `bytes`; the rest of a larger one is not fetched. */
export async function readLimited(body: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytes) throw new TooLargeError(`More than ${bytes} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
