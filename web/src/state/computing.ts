import { holdShared } from './shared-lock.ts';

/** Held by every tab that computes, beside others. */
const NAME = 'tagsmith-computing';

/** Shows the other tabs of this browser that this one computes, until the function that comes back is called. */
export function showComputing(): () => void {
  return holdShared(NAME);
}

/** How many tabs compute, as far as they show it. */
export async function tabsComputing(): Promise<number> {
  const { held } = (await (navigator.locks as LockManager | undefined)?.query()) ?? {};
  return held?.filter(({ name }) => name === NAME).length ?? 0;
}
