/**
 * Runs a task now, `milliseconds` after each of its ends, and whenever the tab becomes visible again; never while it is
 * hidden, never twice at once. The function returned ends it.
 */
export function whileVisible(milliseconds: number, task: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let ended = false;

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (running || ended || document.hidden) return;
    running = true;
    try {
      await task();
    } finally {
      running = false;
      if (!ended) timer = setTimeout(() => void run(), milliseconds);
    }
  }
  const now = () => void run();
  document.addEventListener('visibilitychange', now);
  now();
  return () => {
    ended = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', now);
  };
}
