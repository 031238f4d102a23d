import process from 'node:process';

/** What a job is ended with: `pause` waits for what is under way, `cancel` doesn't. */
export interface Signals {
  pause: AbortSignal;
  cancel: AbortSignal;
}

/** Work that Ctrl-C pauses, and a second one cancels. */
export async function interruptibly<Result>(work: (signals: Signals) => Promise<Result>): Promise<Result> {
  const [pause, cancel] = [new AbortController(), new AbortController()];
  const interrupt = (): void => (pause.signal.aborted ? cancel : pause).abort();
  process.on('SIGINT', interrupt);
  try {
    return await work({ pause: pause.signal, cancel: cancel.signal });
  } finally {
    process.off('SIGINT', interrupt);
  }
}
