import { defaultKeys, withChanges, type Command, type Keys } from '../annotate/keys.ts';
import { readSetting, removeSetting, writeSetting } from '../storage/settings.ts';
import { store } from './store.ts';

/** The keys of the annotator as this visitor has them. They are read once, when the annotator is opened. */
class AnnotatorKeys {
  keys = $state.raw<Keys>(defaultKeys);

  constructor() {
    void store()
      .then((opened) => readSetting(opened, 'annotatorKeys'))
      .then((changes) => (this.keys = withChanges(changes)))
      // Without a store the keys are those that come with the program.
      .catch(() => undefined);
  }

  async change(command: Command, chords: readonly string[]): Promise<void> {
    this.keys = { ...this.keys, [command]: chords };
    const changed = Object.fromEntries(Object.entries(this.keys).filter(([name, value]) => value !== defaultKeys[name as Command]));
    await writeSetting(await store(), 'annotatorKeys', changed);
  }

  async reset(): Promise<void> {
    this.keys = defaultKeys;
    await removeSetting(await store(), 'annotatorKeys');
  }
}

export const annotatorKeys = new AnnotatorKeys();
