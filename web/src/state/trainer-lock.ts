/** Held by the one tab of a browser that trains: two would share one device and its memory. */
const NAME = 'tagsmith-training';

/** Looking for trainings that were broken off takes the right for a moment; a training waits that long for it. */
const PATIENCE_MS = 2000;

/**
 * Takes the right to train; null where another tab has it. The function that comes back gives it up. A tab that ends gives it up by itself, and where
 * the browser has no locks (outside a secure context) every tab has it.
 */
export async function takeTrainerLock(): Promise<(() => void) | null> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return () => undefined;
  return new Promise((resolve) => {
    locks
      .request(NAME, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => new Promise<void>((release) => resolve(() => release())))
      .catch(() => resolve(null));
  });
}

/** Whether some tab trains. */
export async function isTrainerLockHeld(): Promise<boolean> {
  const { held } = (await (navigator.locks as LockManager | undefined)?.query()) ?? {};
  return held?.some(({ name }) => name === NAME) ?? false;
}
