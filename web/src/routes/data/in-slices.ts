/** Milliseconds of one slice: with drawing a page stays under 50. */
const slice = 16;

/**
 * Goes through items without stopping the page: what fits into one slice is done at once, the rest in slices of its own.
 * @returns whether all were gone through; false where the signal came first.
 */
export async function inSlices<Item>(items: Iterable<Item>, each: (item: Item) => void, signal: AbortSignal): Promise<boolean> {
  let end = performance.now() + slice;
  let done = 0;
  for (const item of items) {
    each(item);
    // Asking the clock costs as much as a short text does.
    if (++done % 32 !== 0 || performance.now() < end) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return false;
    end = performance.now() + slice;
  }
  return !signal.aborted;
}
