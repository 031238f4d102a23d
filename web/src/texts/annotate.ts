import { enAnnotate } from './en-annotate.ts';

/** Words of the Annotate page. They are apart from the others, so that they come with the page. */
export type AnnotateTexts = typeof enAnnotate;

export const annotateText: AnnotateTexts = enAnnotate;
