import { hearTabs, tellTabs, type TabMessage } from './tabs.ts';
import { isTrainerLockHeld } from './trainer-lock.ts';

type Training = Extract<TabMessage, { kind: 'training' }>;

/** After so long without a word it is asked whether that tab still trains. */
const SILENCE_MS = 4000;

/** The training of another tab, as far as it tells; null while none is heard of. */
class TrainingElsewhere {
  now = $state.raw<Training | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    hearTabs((message) => {
      if (message.kind !== 'training') return;
      this.now = message.over ? null : message;
      this.#ask();
    });
    tellTabs({ kind: 'who-trains' });
  }

  #ask(): void {
    clearTimeout(this.#timer);
    if (!this.now) return;
    this.#timer = setTimeout(() => {
      void isTrainerLockHeld().then((held) => {
        if (!held) this.now = null;
        this.#ask();
      });
    }, SILENCE_MS);
  }
}

export const trainingElsewhere = new TrainingElsewhere();
