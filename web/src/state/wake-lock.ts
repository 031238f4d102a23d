/** Keeps the screen on until the function that comes back is called. Browsers let go of it while the tab is hidden, and some have no such thing. */
export function keepScreenOn(): () => void {
  let sentinel: WakeLockSentinel | undefined;
  let over = false;
  const ask = (): void => {
    if (document.hidden || over) return;
    const wakeLock = navigator.wakeLock as WakeLock | undefined;
    wakeLock?.request('screen').then(
      (given) => {
        sentinel = given;
        if (over) void given.release();
      },
      // Refused, as with a low battery: the training goes on without.
      () => undefined,
    );
  };
  document.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', ask);
    void sentinel?.release();
  };
}
