/** Milliseconds of one slice: with drawing a page stays under 50. */
const slice = 16;

/**
 * Goes through items without stopping the page: what fits into one slice is done at once, the rest in slices of its own.
 * @returns whether all were gone through; false where the signal came first.
 */
export async function inSlices<Item>(items: readonly Item[], each: (item: Item) => void, signal: AbortSignal): Promise<boolean> {
  let end = performance.now() + slice;
  for (let i = 0; i < items.length; i++) {
    each(items[i]!);
    // Asking the clock costs as much as a short text does.
    if (i % 32 !== 31 || performance.now() < end) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return false;
    end = performance.now() + slice;
  }
  return !signal.aborted;
}
