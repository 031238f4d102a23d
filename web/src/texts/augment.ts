import { enAugment } from './en-augment.ts';

/** Words of the Augment page. They are apart from the others, so that they come with the page. */
export type AugmentTexts = typeof enAugment;

export const augmentText: AugmentTexts = enAugment;
