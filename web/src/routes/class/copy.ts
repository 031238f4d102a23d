import { notices } from '../../state/notices.svelte.ts';
import { classText } from '../../texts/class.ts';

/** Puts words on the clipboard and says whether that worked. */
export async function copy(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
    notices.show(classText.one.copied, { seconds: 4 });
  } catch {
    // There is no clipboard without a secure connection, and one can be refused.
    notices.show(classText.one.notCopied, { tone: 'bad' });
  }
}
