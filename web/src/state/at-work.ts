import { holdShared } from './shared-lock.ts';

/** Held by every tab with a job that runs, on this device or at an LLM. */
const NAME = 'tagsmith-at-work';

/** Shows the other tabs of this browser that a job runs in this one, until the function that comes back is called. */
export function showAtWork(): () => void {
  return holdShared(NAME);
}

/** Does the task unless a job runs in some tab, and says whether it did. None counts as running until the task has ended. */
export async function whenNobodyWorks(task: () => Promise<void>): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return task().then(() => true);
  return locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await task();
    return lock !== null;
  });
}
