import type { Store } from './open.ts';

/** What the page remembers beside data and results, by name. */
export interface Settings {
  /** The data set that was open last. */
  lastDataset: string;
}

export async function readSetting<Name extends keyof Settings>(store: Store, name: Name): Promise<Settings[Name] | undefined> {
  return (await store.get('settings', name)) as Settings[Name] | undefined;
}

export async function writeSetting<Name extends keyof Settings>(store: Store, name: Name, value: Settings[Name]): Promise<void> {
  await store.put('settings', value, name);
}
