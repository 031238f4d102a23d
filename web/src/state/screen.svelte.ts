import { readSetting, writeSetting } from '../storage/settings.ts';
import { store } from './store.ts';
import { keepScreenOn } from './wake-lock.ts';

/** Whether the screen stays on while a training runs, which keeps a laptop from falling asleep over it. */
class Screen {
  readonly possible = 'wakeLock' in navigator;
  wanted = $state(false);

  constructor() {
    void store()
      .then((opened) => readSetting(opened, 'screenOn'))
      .then((wanted) => (this.wanted = wanted ?? false))
      // Without a store nothing is remembered.
      .catch(() => undefined);
  }

  async want(wanted: boolean): Promise<void> {
    this.wanted = wanted;
    await writeSetting(await store(), 'screenOn', wanted);
  }

  /** Keeps it on until the function that comes back is called, where that is wanted. */
  keep(): (() => void) | undefined {
    return this.wanted ? keepScreenOn() : undefined;
  }
}

export const screen = new Screen();
