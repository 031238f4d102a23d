import { enClass } from './en-class.ts';

/** Words of the Class page. They are apart from the others, so that they come with the page. */
export type ClassTexts = typeof enClass;

export const classText: ClassTexts = enClass;
