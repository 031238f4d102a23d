import { reverse, type Change } from '../../dataset/change.ts';
import { notices } from '../../state/notices.svelte.ts';
import { workspace } from '../../state/workspace.svelte.ts';
import { dataText as words } from '../../texts/data.ts';
import { text } from '../../texts/index.ts';

/** Does what may fail; a failure is told. Says whether it worked. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    notices.show(words.notDone(error instanceof Error ? error.message : String(error)), { tone: 'bad' });
    return false;
  }
}

/** Makes a change of the open data set and says so, with a way back. */
export async function makeChange(change: Change, said: string): Promise<boolean> {
  const { id } = workspace;
  const takeBack = async (): Promise<void> => {
    if (workspace.id !== id) throw new Error(words.elsewhere);
    // It was taken back in another way.
    if (workspace.canRedo === change.what) return;
    // Behind later changes it is no longer the last step; then the opposite is done.
    await (workspace.canUndo === change.what ? workspace.undo() : workspace.apply(reverse(change)));
  };
  const made = await attempt(() => workspace.apply(change));
  if (made) notices.show(said, { action: { label: text.common.undo, run: () => void attempt(takeBack) } });
  return made;
}

/** Takes the last step back, or makes it again, and says which. */
export async function moveInHistory(move: 'undo' | 'redo'): Promise<void> {
  await attempt(async () => {
    const change = await workspace[move]();
    if (change) notices.show(move === 'undo' ? words.undone(change.what) : words.redone(change.what), { seconds: 3 });
  });
}
