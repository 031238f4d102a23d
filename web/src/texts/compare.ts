import { enCompare } from './en-compare.ts';

/** Words of the comparison of two taggers. They are apart from the others, so that they come with it. */
export type CompareTexts = typeof enCompare;

export const compareText: CompareTexts = enCompare;
