import { enChanges } from './en-changes.ts';

/** The names of steps in the history of a data set. */
export const changeWords: typeof enChanges = enChanges;
