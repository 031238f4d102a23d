/** Where a file's bytes come from. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** The chunks of a source, none larger than `size`, so that one large buffer is read as evenly as a stream. */
export async function* chunksOf(source: ByteSource, size = 1 << 20): AsyncGenerator<Uint8Array> {
  for await (const chunk of iterate(source)) {
    for (let start = 0; start < chunk.length; start += size) yield chunk.subarray(start, start + size);
  }
}

/** Not every browser iterates streams. */
function iterate(source: ByteSource): AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in source ? source : readAll(source);
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The first bytes of a source, at least `count` where it has as many, and the source with them still in it. */
export async function peek(source: AsyncGenerator<Uint8Array>, count: number): Promise<{ head: Uint8Array; whole: AsyncGenerator<Uint8Array> }> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < count; ) {
    const { done, value } = await source.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  const head = concatenate(parts);
  return { head, whole: startingWith(head, source) };
}

async function* startingWith(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length) yield head;
  yield* rest;
}
