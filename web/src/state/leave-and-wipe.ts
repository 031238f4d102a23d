import { printPlace } from '../router.svelte.ts';
import { wipeStorage } from '../storage/wipe.ts';
import { classState } from './class.svelte.ts';
import { store } from './store.ts';

/**
 * Leaves the class, removes everything of this page from the browser, and begins again with an empty page, which keeps nothing itself until somebody
 * goes on from it. Nothing may be running: it would write once more.
 */
export async function leaveAndWipe(): Promise<void> {
  await classState.leave().catch(() => undefined);
  (await store().catch(() => undefined))?.close();
  await wipeStorage();
  history.replaceState(null, '', printPlace({ page: 'home', query: { left: 'yes' } }));
  location.reload();
}
