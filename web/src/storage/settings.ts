import type { Store } from './open.ts';

/** What the page remembers beside data and results, by name. */
export interface Settings {
  /** The data set that was open last. */
  lastDataset: string;
  /** The seat that this browser has in a class. */
  seat: StoredSeat;
  /** Chords by command of the annotator, where they were changed. */
  annotatorKeys: Readonly<Record<string, readonly string[]>>;
  /** Address of an LLM server on this machine, up to and with `/v1`. */
  localLlm: string;
  /** Whether the screen stays on while a training runs. */
  screenOn: boolean;
  /** Hosts that the visitor agreed to send texts to. */
  agreedHosts: readonly string[];
  /** The words of prompts by name, where they were changed. */
  prompts: Readonly<Record<string, { version: number; system: string; user: string }>>;
}

/** Never part of a backup: whoever has a seat could spend in the visitor's name, and what one agreed to is no one else's word. */
export const personalSettings = ['seat', 'agreedHosts'] as const satisfies readonly (keyof Settings)[];

/** With it the page is known to the class server. Both secrets stay here: they belong in no address and on no console. */
export interface StoredSeat {
  token: string;
  /** When the token ends, in milliseconds since 1970; the other one gets a new token. */
  expires: number;
  refresh: string;
  seat: string;
  nickname: string;
  class: { id: string; name: string };
}

export async function readSetting<Name extends keyof Settings>(store: Store, name: Name): Promise<Settings[Name] | undefined> {
  return (await store.get('settings', name)) as Settings[Name] | undefined;
}

export async function writeSetting<Name extends keyof Settings>(store: Store, name: Name, value: Settings[Name]): Promise<void> {
  await store.put('settings', value, name);
}

export async function removeSetting(store: Store, name: keyof Settings): Promise<void> {
  await store.delete('settings', name);
}
