import { numbers } from './numbers.ts';

const { count } = numbers('en');
const texts = (n: number) => `${count(n)} ${n === 1 ? 'text' : 'texts'}`;

/** What was done, as it stands beside Undo and Redo, in English. */
export const enChanges = {
  imported: (n: number) => `import of ${texts(n)}`,
  removed: (n: number) => `deletion of ${texts(n)}`,
  type: (name: string) => `edit of the type “${name}”`,
  layer: (name: string) => `suggestions of “${name}”`,
  layerRemoved: (name: string) => `removal of the suggestions of “${name}”`,
};
