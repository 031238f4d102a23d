/** Held by every tab that computes, beside others. */
const NAME = 'tagsmith-computing';

/** Shows the other tabs of this browser that this one computes, until the function that comes back is called. */
export function showComputing(): () => void {
  const over = new AbortController();
  let release = (): void => over.abort();
  // Where the browser has no locks (outside a secure context), other tabs cannot know.
  const locks = navigator.locks as LockManager | undefined;
  locks
    ?.request(NAME, { mode: 'shared', signal: over.signal }, () => new Promise<void>((resolve) => (release = resolve)))
    .catch(() => {
      // Given up before it was granted.
    });
  return () => release();
}

/** How many tabs compute, as far as they show it. */
export async function tabsComputing(): Promise<number> {
  const { held } = (await (navigator.locks as LockManager | undefined)?.query()) ?? {};
  return held?.filter(({ name }) => name === NAME).length ?? 0;
}
