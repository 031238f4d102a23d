import { notices } from './notices.svelte.ts';

/** Puts words on the clipboard and says whether that worked: there is no clipboard without a secure connection, and one can be refused. */
export async function copy(words: string, said: { copied: string; notCopied: string }): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
    notices.show(said.copied, { seconds: 4 });
  } catch {
    notices.show(said.notCopied, { tone: 'bad' });
  }
}
