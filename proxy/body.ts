import type { z } from 'zod';
import { ApiError } from './error.ts';

/** A body that is larger than it may be. */
export class TooLargeError extends Error {}

/** Reads a body of at most `bytes`; the rest of a larger one is not fetched. */
export async function readLimited(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = bytes;
  for await (const chunk of body) {
    left -= chunk.length;
    if (left < 0) throw new TooLargeError(`More than ${bytes} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Throws where the bytes are no JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/**
 * The JSON of a request, read as it arrives and no further than `bytes`: far above most questions. Throws an `ApiError`
 * that says where it is not as expected.
 */
export async function readRequest<Schema extends z.ZodType>(request: Request, schema: Schema, bytes = 65_536): Promise<z.infer<Schema>> {
  const length = request.headers.get('content-length');
  const tooLarge = (): ApiError => new ApiError(413, 'request_too_large', `The request is larger than ${bytes} bytes.`);
  if (Number(length ?? 0) > bytes) throw tooLarge();
  // A body of a said length ends there, and read at once it is several times as quick.
  const reading = length === null ? readLimited(request.body ?? [], bytes) : request.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  const body = await reading.catch((error: unknown) => {
    throw error instanceof TooLargeError ? tooLarge() : new ApiError(400, 'request_cut', 'The request broke off.');
  });
  let json: unknown;
  try {
    json = parseJson(body);
  } catch {
    throw new ApiError(400, 'invalid_json', 'The request is no JSON in UTF-8.');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new ApiError(400, 'invalid_request', `${path.join('.') || 'request'}: ${message}.`);
}
