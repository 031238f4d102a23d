/**
 * Holds a lock of this browser beside others, until the function that comes back is called. Where the browser has no locks (outside a secure context)
 * other tabs cannot know.
 */
export function holdShared(name: string): () => void {
  const over = new AbortController();
  let release = (): void => over.abort();
  const locks = navigator.locks as LockManager | undefined;
  locks
    ?.request(name, { mode: 'shared', signal: over.signal }, () => new Promise<void>((resolve) => (release = resolve)))
    .catch(() => {
      // Given up before it was granted.
    });
  return () => release();
}
