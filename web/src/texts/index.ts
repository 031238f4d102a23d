import { en } from './en.ts';

/** All words of the page. Another language is another object of this type, chosen here. */
export type Texts = typeof en;

export const text: Texts = en;
