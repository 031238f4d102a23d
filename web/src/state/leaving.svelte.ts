import { readSetting, writeSetting } from '../storage/settings.ts';
import type { LlmChoice } from './llm-choices.svelte.ts';
import { store } from './store.ts';

/** Texts that are about to leave the tab. */
export interface Leaving {
  choice: Pick<LlmChoice, 'kind' | 'model'> & { host: string };
  /** Name of their data set. */
  dataset: string;
  texts: number;
  /** Labelled texts that go along with each, at most. */
  examples: number;
}

/** Asks once for each host, in this browser, before a text goes there for the first time. */
class Consent {
  /** What the visitor is being asked about. */
  asked = $state.raw<Leaving | null>(null);
  #answer: (agreed: boolean) => void = () => undefined;

  /** Whether texts may go where a choice's answers come from. What goes nowhere need not be asked. */
  async given(choice: LlmChoice, what: Omit<Leaving, 'choice'>): Promise<boolean> {
    const { host } = choice;
    if (host === null) return true;
    const opened = await store().catch(() => null);
    const agreed = (opened && (await readSetting(opened, 'agreedHosts'))) ?? [];
    if (agreed.includes(host)) return true;
    this.answer(false);
    const yes = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
      this.asked = { choice: { ...choice, host }, ...what };
    });
    if (yes && opened) await writeSetting(opened, 'agreedHosts', [...agreed, host]);
    return yes;
  }

  answer(agreed: boolean): void {
    this.asked = null;
    this.#answer(agreed);
  }
}

export const consent = new Consent();
