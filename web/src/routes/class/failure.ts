import { ServerError } from '../../state/ask-server.ts';
import { notices } from '../../state/notices.svelte.ts';
import { classText } from '../../texts/class.ts';

/** What went wrong, for people: the server's own words, or that it could not be reached. */
export function describeFailure(error: unknown): string {
  return error instanceof ServerError ? error.message : classText.failed;
}

/** Does something at the server; a failure is told in a message, and false comes back. */
export async function attempt(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    notices.show(describeFailure(error), { tone: 'bad' });
    return false;
  }
}
