/** Milliseconds that a group of values is made for. */
const longest = 8;

/**
 * Values in groups: those that are there at once, at most `size`. A source that is slow gives smaller groups, so that nothing
 * waits for what comes later.
 */
export async function* inBatches<Value>(values: Iterable<Value> | AsyncIterable<Value>, size: number): AsyncGenerator<Value[], void> {
  if (Symbol.iterator in values) {
    yield* batchesOfIterable(values, size);
    return;
  }
  const iterator = values[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Value>> | undefined;
  try {
    for (;;) {
      const batch: Value[] = [];
      const later = new Promise<'later'>((resolve) => setTimeout(resolve, 0, 'later'));
      while (batch.length < size) {
        next ??= iterator.next();
        const result = batch.length > 0 ? await Promise.race([next, later]) : await next;
        if (result === 'later') break;
        next = undefined;
        if (result.done) {
          if (batch.length > 0) yield batch;
          return;
        }
        batch.push(result.value);
      }
      yield batch;
    }
  } finally {
    // Not waited for: a source that stands still must not hold those who have left.
    next?.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

function* batchesOfIterable<Value>(values: Iterable<Value>, size: number): Generator<Value[], void> {
  let batch: Value[] = [];
  let began = performance.now();
  for (const value of values) {
    if (batch.push(value) < size && performance.now() - began < longest) continue;
    yield batch;
    [batch, began] = [[], performance.now()];
  }
  if (batch.length > 0) yield batch;
}
